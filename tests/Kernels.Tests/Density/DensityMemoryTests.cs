using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Density;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;
using QDiff.Engine.Observables;
using QDiff.Engine.Programs;
using QDiff.Engine.States;
using QDiff.Kernels.Density;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Tests.Density;

/// <summary>How many states fit the memory changes no bit; what can never fit is refused before anything is allocated.</summary>
public sealed class DensityMemoryTests
{
    private const int Batch = 12;

    private static readonly DensityPlan s_plan = DensityPlanner.Plan(new ProgramBuilder(4, 0)
        .Gate(GateCatalog.RY, [0], Parameter.Trainable(0)).Gate(GateCatalog.CNOT, [0, 1]).Gate(GateCatalog.RXX, [1, 2], Parameter.Input(0))
        .Channel(ChannelCatalog.AmplitudeDamping.Create(0.2), 1).Gate(GateCatalog.CRX, [2, 3], Parameter.Trainable(1))
        .Channel(ChannelCatalog.Depolarizing.CreateOn(4, 0.1), 0, 1, 2, 3).Gate(GateCatalog.RZ, [1], Parameter.Input(0)).Build());

    private static readonly Readout s_readout = Readout.Expectations(PauliString.Z(3), PauliString.Parse("X1 Y2"), PauliString.Z(0));

    [Fact]
    public void States_ThatDoNotFitTheMemory_AreRunInPartsOfTheSameBits()
    {
        using var backend = new IlgpuBackend("ilgpu-cpu");
        var notices = new List<string>();
        backend.Notice += notices.Add;
        var whole = Gradient(backend);
        Assert.Empty(notices);
        backend.Device.MemoryBytes -= backend.Device.FreeBytes - 40_000;
        AssertSame(whole, Gradient(backend));
        Assert.Contains(notices, notice => notice.Contains("it is run in parts of"));
    }

    [Fact]
    public void States_WhenOtherProgramsHoldTheMemory_AreRunInHalvesOfTheSameBits()
    {
        using IlgpuBackend backend = new("ilgpu-cpu"), shared = new("ilgpu-cpu");
        var notices = new List<string>();
        shared.Notice += notices.Add;
        shared.Device.MemoryBytes = 10_000_000;
        shared.Device.OthersBytes = shared.Device.MemoryBytes - 60_000;
        AssertSame(Gradient(backend), Gradient(shared));
        Assert.Contains(notices, notice => notice.Contains("ran out of memory with"));
    }

    [Fact]
    public void State_ThatCanNeverFit_IsRefused()
    {
        using var backend = new IlgpuBackend("ilgpu-cpu");
        backend.Device.MemoryBytes = 1 << 20;
        using var states = DensityMatrixBatch<float>.Zero(1, 10);
        var error = Assert.Throws<DeviceException>(() => backend.Measure(states, Readout.Expectations(PauliString.Z(0)), new float[1]));
        Assert.StartsWith("Device 'ilgpu-cpu' has 1,048,576 bytes for states and", error.Message);
    }

    [Theory]
    [InlineData(false, 6)]
    [InlineData(true, 5)]
    public void Passes_OfALargeRegister_TakeBlocksThatFitSharedMemory(bool isDouble, int blockQubits)
    {
        var builder = new ProgramBuilder(9, 0);
        for (int q = 0; q < 9; q++)
        {
            builder.Gate(GateCatalog.H, [q]).Gate(GateCatalog.CNOT, [q, (q + 4) % 9]).Channel(ChannelCatalog.PhaseDamping.Create(0.1), q);
        }

        var tables = BlockTables.Of(DensityPlanner.Plan(builder.Build()), isDouble);
        Assert.True(tables.Passes.Length > 1);
        Assert.All(tables.Passes, pass =>
        {
            Assert.InRange(pass.Size, 1, 1 << (2 * blockQubits));
            Assert.Equal(1 << 18, pass.Size * pass.Count);

            // 16 neighbours are loaded together, and every coefficient by one block.
            var offsets = tables.Tables.AsSpan(pass.Offsets, pass.Size).ToArray();
            Assert.Equal(Enumerable.Range(0, 16), offsets[..16]);
            Assert.Equal(1 << 18, tables.Tables.AsSpan(pass.Bases, pass.Count).ToArray().SelectMany(first => offsets.Select(offset => first + offset)).Distinct().Count());
        });
    }

    private static void AssertSame((float[] Values, float[] Parameters, float[] Inputs) expected, (float[] Values, float[] Parameters, float[] Inputs) actual)
    {
        Assert.Equal(expected.Values, actual.Values);
        Assert.Equal(expected.Parameters, actual.Parameters);
        Assert.Equal(expected.Inputs, actual.Inputs);
    }

    private static (float[] Values, float[] Parameters, float[] Inputs) Gradient(IlgpuBackend backend)
    {
        float[] inputs = [.. Enumerable.Range(0, Batch).Select(s => 0.1f * s)], values = new float[Batch * s_readout.Count];
        using var tape = backend.Forward(s_plan, s_readout, new Bindings<float>([0.7f, -1.2f], inputs), Batch, values);
        float[] toParameters = new float[2], toInputs = new float[Batch];
        backend.Backward(tape, [.. Enumerable.Range(0, values.Length).Select(i => 1f - (i % 4) * 0.4f)], toParameters, toInputs);
        return (values, toParameters, toInputs);
    }
}
