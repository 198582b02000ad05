using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Mitigation;
using QDiff.Engine.Observables;

namespace QDiff.Engine.Tests.Mitigation;

public sealed class CoherentBatchTests : IDisposable
{
    private static readonly double[] Levels = [0, 0.1, 0.5, 1];
    private readonly CpuBackend _backend = new();

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void Run_AllLevelsTogether_GivesTheBitsOfOneRunPerLevel()
    {
        var batch = Batch(2, TestCircuits.Ansatz(2, 2));
        double[] parameters = TestCircuits.Numbers(8, 1), inputs = TestCircuits.Numbers(5 * 2, 2);
        double[] together = new double[Levels.Length * 5 * 6], apart = new double[together.Length];
        batch.Run<double>(Levels, parameters, inputs, 5, together, 9);
        batch.RunLevelByLevel<double>(Levels, parameters, inputs, 5, apart, 9);
        Comparison.AssertSameBits<double>(apart, together, "values");
    }

    [Fact]
    public void Run_ManySamples_ShrinksEveryBlochVectorByItsLevel()
    {
        const int samples = 20_000;
        var batch = Batch(2, new CircuitBuilder(2).Build());
        double[] inputs = [.. Enumerable.Range(0, samples).SelectMany(_ => (double[])[0.7, -2])];
        var values = new double[Levels.Length * samples * 6];
        batch.Run<double>(Levels, [], inputs, samples, values, 3);
        double[] clean = [Math.Sin(0.7), 0, Math.Cos(0.7), Math.Sin(-2), 0, Math.Cos(-2)];
        for (var level = 0; level < Levels.Length; level++)
        {
            for (var k = 0; k < 6; k++)
            {
                double sum = 0, squares = 0;
                for (var s = 0; s < samples; s++)
                {
                    var value = values[(level * samples + s) * 6 + k];
                    sum += value;
                    squares += value * value;
                }

                var error = Math.Sqrt(Math.Max(squares / samples - Math.Pow(sum / samples, 2), 0) / samples);
                Sampling.AssertWithin((1 - Levels[level]) * clean[k], sum / samples, error + 1e-12, $"seed 3, level {Levels[level]}, value {k}");
            }
        }
    }

    [Fact]
    public void Run_BadInput_IsRefused()
    {
        var batch = Batch(2, new CircuitBuilder(2).Build());
        Refusal.Says("A noise level is a depolarizing strength in [0, 1]; got 1.2.", () => batch.Run<double>([1.2], [], new double[2], 1, new double[6], 1));
        Refusal.Says("'inputs' must have 4 entries (batch × inputs); got 2.", () => batch.Run<double>([1], [], new double[2], 2, new double[12], 1));
        Refusal.Says("'values' must have 12 entries (levels × batch × readout); got 6.", () => batch.Run<double>([1, 0], [], new double[2], 1, new double[6], 1));
    }

    private CoherentBatch Batch(int qubits, Circuit circuit)
    {
        var preparation = new CircuitBuilder(qubits);
        for (var q = 0; q < qubits; q++)
        {
            preparation.RY(q, Parameter.Input(q));
        }

        return new CoherentBatch(
            _backend, preparation.Build(), circuit,
            Readout.Expectations([.. Enumerable.Range(0, qubits).SelectMany(q => (PauliString[])[PauliString.X(q), PauliString.Y(q), PauliString.Z(q)])]));
    }
}
