using QDiff.Engine.Benchmarks;
using QDiff.Engine.Planning;
using QDiff.Kernels.Trajectories;

namespace QDiff.Kernels.Tests.Trajectories;

public class TrajectoryProgramTests
{
    [Fact]
    public void Program_OfPauliNoise_TakesTheFiftyPassesOfItsCircuit()
    {
        // 150 rotations in passes of three: the noise is signs of angles, known before any state is touched.
        var program = new TrajectoryProgram(TrajectoryPlanner.Plan(LayeredCircuit.BuildNoisy(10, 15)), forGradients: false);
        Assert.True(program.KnownFrames);
        Assert.Equal(50, program.StepCount);
    }
}
