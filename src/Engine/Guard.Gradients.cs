using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gradients;
using QDiff.Engine.Observables;

namespace QDiff.Engine;

internal static partial class Guard
{
    public const int MaximumRepetitions = 1_000_000;

    public static void Estimator(IBackend backend, Circuit circuit, Readout readout)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(circuit);
        ReadoutFits(readout, circuit.QubitCount);
    }

    public static void EstimateCall<T>(
        Circuit circuit, Readout readout, Bindings<T> bindings, int batch, ReadOnlySpan<T> cotangents, int parameterGradients, int inputGradients,
        long firstSample)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Batch(batch);
        BindingLengths(bindings.Parameters.Length, bindings.Inputs.Length, circuit.TrainableCount, circuit.InputCount, batch);
        FiniteBindings(bindings.Parameters, bindings.Inputs, circuit.InputCount);
        Length(nameof(cotangents), cotangents.Length, (long)batch * readout.Count, "batch × readout");
        FiniteCotangents(cotangents, readout.Count);
        Length(nameof(parameterGradients), parameterGradients, circuit.TrainableCount, "trainable parameters");
        if (inputGradients > 0)
        {
            Length(nameof(inputGradients), inputGradients, (long)batch * circuit.InputCount, "batch × inputs");
        }

        SampleNumbers(firstSample, batch);
    }

    public static void Step(string name, double step)
    {
        if (!(step > 0) || !double.IsFinite(step))
        {
            throw new ArgumentOutOfRangeException(name, $"A difference of circuits needs a step above 0 rad; got {step}.");
        }
    }

    public static void Repetitions(int repetitions)
    {
        if (repetitions is < 1 or > MaximumRepetitions)
        {
            throw new ArgumentOutOfRangeException(nameof(repetitions), $"A perturbation is repeated 1 to {MaximumRepetitions} times; got {repetitions}.");
        }
    }

    public static void Pairing(ShotPairing pairing)
    {
        if (!Enum.IsDefined(pairing))
        {
            throw new ArgumentOutOfRangeException(
                nameof(pairing), $"Shots are paired as one of {string.Join(", ", Enum.GetNames<ShotPairing>())}; got {(int)pairing}.");
        }
    }
}
