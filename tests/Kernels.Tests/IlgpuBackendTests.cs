using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Gates;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Tests;

public class IlgpuBackendTests
{
    private static readonly Circuit Circuit = new CircuitBuilder(4)
        .RY(0, Parameter.Trainable(0)).RX(1, Parameter.Input(0)).CNOT(0, 1).RZ(1, Parameter.Trainable(1)).RYY(2, 3, 0.5 * Parameter.Input(1)).CNOT(2, 0).Build();

    private static readonly Plan Plan = Planner.Plan(Circuit);

    private static readonly Readout Readout = Readout.Expectations(PauliString.Z(0), PauliString.Parse("X1 Y2"), PauliString.Z(3));

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public void Everything_MemoryForAFewSamplesOnly_GivesTheSameBitsAndSaysSoOnce(int? blockBits)
    {
        const int batch = 700;
        var (values, gradients, inputGradients) = Gradients(Open(blockBits), batch, out var quiet);
        Assert.Empty(quiet);

        // A pool block is at least 256 bytes; the sums of groups of samples and the plan itself need a few thousand.
        var small = Open(blockBits);
        small.Device.MemoryBytes = blockBits is null ? 60_000 : 90_000;
        var (split, splitGradients, splitInputs) = Gradients(small, batch, out var notices);
        Assert.Equal(values, split);
        Assert.Equal(gradients, splitGradients);
        Assert.Equal(inputGradients, splitInputs);
        Assert.Matches("^Device 'ilgpu-cpu' has [0-9,]+ bytes for states and a batch of 700 needs [0-9,]+: it is run in parts of [0-9]+.$", Assert.Single(notices));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public void Everything_MemoryThatOthersHold_IsFoundOutAndHalvesTheParts(int? blockBits)
    {
        const int batch = 700;
        var (values, gradients, inputGradients) = Gradients(Open(blockBits), batch, out _);
        var shared = Open(blockBits);
        shared.Device.MemoryBytes = 10_000_000;
        shared.Device.OthersBytes = shared.Device.MemoryBytes - (blockBits is null ? 150_000 : 330_000);
        var (split, splitGradients, splitInputs) = Gradients(shared, batch, out var notices);
        Assert.Equal(values, split);
        Assert.Equal(gradients, splitGradients);
        Assert.Equal(inputGradients, splitInputs);
        Assert.Matches(
            "^Device 'ilgpu-cpu' ran out of memory with [0-9]+ samples at a time: the batch of 700 is run in parts of [0-9]+.$", Assert.Single(notices));
    }

    [Fact]
    public void Backends_OfOneDevice_GiveTheBitsOfOneAloneAndOutliveEachOther()
    {
        var (values, gradients, inputGradients) = Gradients(Open(null), 5, out _);
        var first = SharedDevice.Backend(AcceleratorDevice.DebuggerName);
        var second = SharedDevice.Backend(AcceleratorDevice.DebuggerName);
        Assert.Same(first.Device, second.Device);
        Assert.Equal(values, Gradients(first, 5, out _).Values);
        Assert.Throws<ObjectDisposedException>(() => Gradients(first, 5, out _));
        var (again, gradientsAgain, inputsAgain) = Gradients(second, 5, out _);
        Assert.Equal(values, again);
        Assert.Equal(gradients, gradientsAgain);
        Assert.Equal(inputGradients, inputsAgain);
    }

    [Fact]
    public void Run_StateThatCannotFit_IsRefusedWithBytesWantedAndThere()
    {
        using var backend = new IlgpuBackend(AcceleratorDevice.DebuggerName);
        var plan = Planner.Plan(new CircuitBuilder(16).H(0).Build());
        backend.Device.MemoryBytes = 100_000;
        var refusal = Assert.Throws<DeviceException>(() => backend.Run<float>(plan, Readout.Expectations(PauliString.Z(0)), default, 1, new float[1]));
        Assert.Matches("^Device 'ilgpu-cpu' has [0-9,]+ bytes for states and [0-9,]+ are wanted; use fewer qubits, single precision, or 'cpu'.$", refusal.Message);
    }

    [Fact]
    public void OnDevice_ForeignMemory_GivesTheBitsOfHostRuns()
    {
        const int batch = 5;
        float[] parameters = [0.3f, -1.2f], inputs = [.. Enumerable.Range(0, 2 * batch).Select(i => 0.2f * i)];
        float[] cotangents = [.. Enumerable.Range(0, 3 * batch).Select(i => 0.1f * i)];
        float[] values = new float[3 * batch], gradients = new float[2], inputGradients = new float[2 * batch];
        using var backend = new IlgpuBackend(AcceleratorDevice.DebuggerName);
        using (var tape = backend.Forward(Plan, Readout, new Bindings<float>(parameters, inputs), batch, values))
        {
            backend.Backward(tape, cotangents, gradients, inputGradients);
        }

        using var p = backend.Upload<float>(parameters);
        using var x = backend.Upload<float>(inputs);
        using var c = backend.Upload<float>(cotangents);
        using var v = backend.Upload<float>(new float[3 * batch]);
        using var g = backend.Upload<float>(new float[2]);
        using var gx = backend.Upload<float>(new float[2 * batch]);
        backend.RunOnDevice(Plan, Readout, p.Span, x.Span, batch, v.Span);
        var found = new float[3 * batch];
        v.CopyTo(found);
        Assert.Equal(values, found);
        using (var tape = backend.ForwardOnDevice(Plan, Readout, p.Span, x.Span, batch, v.Span))
        {
            backend.BackwardOnDevice(tape, c.Span, g.Span, gx.Span);
        }

        // Now that the plan is on the device, a training step's calls move nothing through the processor's memory.
        long copies = backend.Device.HostCopies;
        using (var tape = backend.ForwardOnDevice(Plan, Readout, p.Span, x.Span, batch, v.Span))
        {
            backend.BackwardOnDevice(tape, c.Span, g.Span, gx.Span);
        }

        Assert.Equal(copies, backend.Device.HostCopies);
        var foundGradients = new float[2];
        g.CopyTo(foundGradients);
        Assert.Equal(gradients, foundGradients);
        var foundInputs = new float[2 * batch];
        gx.CopyTo(foundInputs);
        Assert.Equal(inputGradients, foundInputs);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public void RunOnDevice_GivenStates_GivesTheBitsOfHostRuns(int? blockBits)
    {
        const int batch = 3;
        using var states = StateVectorBatch<double>.Random(batch, 4, 1);
        double[] parameters = [0.3, -1.2], inputs = [.. Enumerable.Range(0, 2 * batch).Select(i => 0.2 * i)], values = new double[3 * batch];
        using var backend = Open(blockBits);
        backend.Run(Plan, Readout, new Bindings<double>(parameters, inputs), batch, values, states);

        using var p = backend.Upload<double>(parameters);
        using var x = backend.Upload<double>(inputs);
        using var v = backend.Upload<double>(new double[3 * batch]);
        using var re = backend.Upload<double>(Enumerable.Range(0, batch).SelectMany(s => states.Real(s).ToArray()).ToArray());
        using var im = backend.Upload<double>(Enumerable.Range(0, batch).SelectMany(s => states.Imaginary(s).ToArray()).ToArray());
        backend.RunOnDevice(Plan, Readout, p.Span, x.Span, batch, v.Span, re.Span, im.Span);
        var found = new double[3 * batch];
        v.CopyTo(found);
        Assert.Equal(values, found);
    }

    [Fact]
    public void OnDevice_SpansOfTheWrongLength_AreRefused()
    {
        using var backend = new IlgpuBackend(AcceleratorDevice.DebuggerName);
        using var two = backend.Upload<float>([1f, 2f]);
        using var three = backend.Upload<float>([1f, 2f, 3f]);
        Says("The circuit has 2 trainable parameter(s); got 3 value(s).", () => backend.RunOnDevice(Plan, Readout, three.Span, two.Span, 1, three.Span));
        Says("The circuit reads 2 input(s) for each of 1 sample(s), 2 in all; got 3.", () => backend.RunOnDevice(Plan, Readout, two.Span, three.Span, 1, three.Span));
        Says("'values' must have 3 entries (batch × readout); got 2.", () => backend.RunOnDevice(Plan, Readout, two.Span, two.Span, 1, two.Span));
        Says("'initialReal' must have 16 entries (batch × amplitudes); got 2.", () => backend.RunOnDevice(Plan, Readout, two.Span, two.Span, 1, three.Span, two.Span, two.Span));
        using var tape = backend.ForwardOnDevice(Plan, Readout, two.Span, two.Span, 1, three.Span);
        Says("'cotangents' must have 3 entries (batch × readout); got 2.", () => backend.BackwardOnDevice(tape, two.Span, two.Span, two.Span));

        static void Says(string message, Action call) => Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(call).Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public void Backward_GateGivenByMatricesAndTheirDerivatives_EqualsTheCpus(int? blockBits)
    {
        // A user's own row: no decomposition is known, so it runs as a dense matrix of each sample.
        var gate = GateCatalog.Find("CRX") with { Name = "own", Decomposition = null, DiagonalTerms = [] };
        var circuit = new CircuitBuilder(4)
            .H(0).RY(1, Parameter.Input(0)).Append(gate, [2, 0], Parameter.Trainable(0)).H(2).Append(gate, [0, 3], 2 * Parameter.Input(0)).CNOT(3, 1)
            .Append(gate, [1, 2], Parameter.Input(1) + 0.5).Build();
        double[] parameters = [0.4], inputs = [0.3, -0.7, 1.1, 0.2, -2.1, 0.9], cotangents = [.. Enumerable.Range(0, 9).Select(i => 1.0 - 0.3 * i)];
        using var cpu = new CpuBackend();
        using var backend = Open(blockBits);
        var (expected, expectedInputs) = Run(cpu);
        var (found, foundInputs) = Run(backend);
        Assert.Equal(expected[0], found[0], 1e-12);
        Assert.All(expectedInputs.Zip(foundInputs), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.NotEqual(0, found[0]);

        (double[] Parameters, double[] Inputs) Run(IBackend backend)
        {
            double[] values = new double[9], ofParameters = new double[1], ofInputs = new double[6];
            using var tape = backend.Forward(Planner.Plan(circuit), Readout, new Bindings<double>(parameters, inputs), 3, values);
            backend.Backward(tape, cotangents, ofParameters, ofInputs);
            return (ofParameters, ofInputs);
        }
    }

    private static IlgpuBackend Open(int? blockBits) => new(AcceleratorDevice.Open(AcceleratorDevice.DebuggerName), blockBits);

    private static (float[] Values, float[] Gradients, float[] InputGradients) Gradients(IlgpuBackend backend, int batch, out List<string> notices)
    {
        var said = new List<string>();
        backend.Notice += said.Add;
        float[] values = new float[3 * batch], gradients = new float[2], inputGradients = new float[2 * batch];
        float[] inputs = [.. Enumerable.Range(0, 2 * batch).Select(i => 0.01f * i)], cotangents = [.. Enumerable.Range(0, 3 * batch).Select(i => 0.001f * i)];
        using (backend)
        using (var tape = backend.Forward(Plan, Readout, new Bindings<float>([0.3f, -1.2f], inputs), batch, values))
        {
            backend.Backward(tape, cotangents, gradients, inputGradients);
        }

        notices = said;
        return (values, gradients, inputGradients);
    }
}
