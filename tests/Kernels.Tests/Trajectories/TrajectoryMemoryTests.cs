using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Programs;
using QDiff.Engine.Trajectories;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Tests.Trajectories;

/// <summary>Where states lie and how many rows fit changes no bit; what can never fit is refused.</summary>
public sealed class TrajectoryMemoryTests
{
    private const int Trajectories = 12;

    private static readonly QuantumProgram s_program = MakeProgram();
    private static readonly TrajectoryPlan s_plan = TrajectoryPlanner.Plan(s_program);

    private static readonly Readout[] s_readouts =
        [Readout.Expectations(PauliString.Z(0), PauliString.Parse("X1 Y3"), PauliString.Parse("Z2 X4"), PauliString.Identity), Readout.BornProbabilities(5)];

    [Fact]
    public void Trajectories_WithStatesInGlobalMemory_HaveTheBitsOfThoseInSharedMemory()
    {
        using var small = new IlgpuBackend("ilgpu-cpu");
        using var large = new IlgpuBackend(AcceleratorDevice.Open("ilgpu-cpu"), 3);
        foreach (var readout in s_readouts)
        {
            var (values, parameters, inputs) = Gradient(small, readout);
            var (largeValues, largeParameters, largeInputs) = Gradient(large, readout);
            Assert.Equal(values, largeValues);
            Assert.Equal(parameters, largeParameters);
            Assert.Equal(inputs, largeInputs);
            Assert.Contains(parameters, gradient => Math.Abs(gradient) > 1e-3);
        }

        Assert.Equal(Bits(small), Bits(large));
    }

    [Fact]
    public void Trajectories_ThatDoNotFitTheMemory_AreRunInPartsOfTheSameBits()
    {
        using var backend = new IlgpuBackend("ilgpu-cpu");
        var notices = new List<string>();
        backend.Notice += notices.Add;
        var (values, parameters, inputs) = Gradient(backend, s_readouts[0]);
        bool[] bits = Bits(backend);
        Assert.Empty(notices);

        backend.Device.MemoryBytes -= backend.Device.FreeBytes - 20_000;
        var (partValues, partParameters, partInputs) = Gradient(backend, s_readouts[0]);
        Assert.Equal(values, partValues);
        Assert.Equal(parameters, partParameters);
        Assert.Equal(inputs, partInputs);
        Assert.Equal(bits, Bits(backend));
        Assert.Contains(notices, notice => notice.Contains("it is run in parts of"));
        Assert.Equal(notices.Distinct(), notices);
    }

    [Fact]
    public void Trajectories_WhenOtherProgramsHoldTheMemory_AreRunInHalvesOfTheSameBits()
    {
        using IlgpuBackend backend = new("ilgpu-cpu"), shared = new("ilgpu-cpu");
        var notices = new List<string>();
        shared.Notice += notices.Add;
        shared.Device.MemoryBytes = 10_000_000;
        shared.Device.OthersBytes = shared.Device.MemoryBytes - 80_000;
        var (values, parameters, _) = Gradient(backend, s_readouts[0]);
        var (halfValues, halfParameters, _) = Gradient(shared, s_readouts[0]);
        Assert.Equal(values, halfValues);
        Assert.Equal(parameters, halfParameters);
        Assert.Contains(notices, notice => notice.Contains("ran out of memory with"));
    }

    [Fact]
    public void Trajectories_OfWhichNotOneFits_AreRefused()
    {
        using var backend = new IlgpuBackend("ilgpu-cpu");
        _ = Bits(backend);
        backend.Device.MemoryBytes -= backend.Device.FreeBytes - 50;
        var error = Assert.Throws<DeviceException>(() => Bits(backend));
        Assert.StartsWith("Device 'ilgpu-cpu' has 50 bytes for states and", error.Message);
    }

    [Fact]
    public void Trajectories_OfBlocksNestedTooDeeply_AreRefused()
    {
        Instruction inner = Gate(GateCatalog.H, 0);
        for (int depth = 0; depth < 64; depth++)
        {
            inner = new IfInstruction(new Condition([0], 1), [inner], []);
        }

        var program = new ProgramBuilder(1, 1).Gate(GateCatalog.H, [0]).Measure(0, 0).Append(inner).Measure(0, 0).Build();
        using var backend = new IlgpuBackend("ilgpu-cpu");
        var error = Assert.Throws<DeviceException>(
            () => backend.SampleTrajectories(TrajectoryPlanner.Plan(program), new Bindings<float>(), 1, new TrajectoryRun(1, 1), new bool[1]));
        Assert.StartsWith("A device runs up to 63 conditional blocks within each other", error.Message);
    }

    private static Instruction Gate(GateDefinition gate, int qubit, params Parameter[] parameters) =>
        new ProgramBuilder(5, 0).Gate(gate, [qubit], parameters).Build().Instructions[0];

    private static QuantumProgram MakeProgram()
    {
        var builder = new ProgramBuilder(5, 3);
        for (int q = 0; q < 5; q++)
        {
            builder.Gate(GateCatalog.RY, [q], Parameter.Trainable(q)).Channel(ChannelCatalog.Depolarizing.Create(0.3), q);
        }

        for (int layer = 0; layer < 4; layer++)
        {
            builder.Gate(GateCatalog.CNOT, [layer, layer + 1]).Gate(GateCatalog.RXX, [layer, layer + 1], Parameter.Input(0));
            builder.Channel(ChannelCatalog.GeneralizedAmplitudeDamping.Create(0.5, 0.4), layer).Channel(ChannelCatalog.AmplitudeDamping.Create(0.9), layer + 1);
            builder.Gate(GateCatalog.RZ, [layer], Parameter.Trainable(layer)).Gate(GateCatalog.RY, [layer + 1], Parameter.Input(1));
        }

        return builder.Measure(1, 0).If(new Condition([0], 1), [Gate(GateCatalog.RX, 2, Parameter.Trainable(0))])
            .Reset(3).Gate(GateCatalog.RY, [3], Parameter.Trainable(1)).Measure(2, 1).Measure(4, 2).Build();
    }

    private static (float[] Values, float[] Parameters, float[] Inputs) Gradient(IlgpuBackend backend, Readout readout)
    {
        const int Batch = 2;
        float[] parameters = [0.3f, 1.1f, -0.7f, 2.1f, 0.9f], inputs = [0.4f, -0.8f, 1.3f, 0.2f];
        float[] values = new float[Batch * Trajectories * readout.Count], toParameters = new float[5], toInputs = new float[4];
        using var tape = backend.ForwardTrajectories(s_plan, readout, new Bindings<float>(parameters, inputs), Batch, new TrajectoryRun(Trajectories, 3), values);
        float[] weights = [.. Enumerable.Range(0, values.Length).Select(i => 1f - (i % 5) * 0.3f)];
        backend.BackwardTrajectories(tape, weights, toParameters, toInputs);
        return (values, toParameters, toInputs);
    }

    private static bool[] Bits(IlgpuBackend backend)
    {
        var bits = new bool[2 * Trajectories * s_program.BitCount];
        backend.SampleTrajectories(
            s_plan, new Bindings<float>([0.3f, 1.1f, -0.7f, 2.1f, 0.9f], [0.4f, -0.8f, 1.3f, 0.2f]), 2, new TrajectoryRun(Trajectories, 3), bits);
        return bits;
    }
}
