using System.Collections.Immutable;
using QDiff.Engine.Circuits;
using QDiff.Engine.Mitigation;
using QDiff.Engine.Noise;
using QDiff.Engine.Observables;

namespace QDiff.Engine;

internal static partial class Guard
{
    private const double SmallestSingularValue = 1e-9;

    public static void FullCalibration(int qubits)
    {
        if (qubits > ReadoutError.MaximumQubits)
        {
            throw new ArgumentException(
                $"A full calibration prepares all 2^n states and is for 1-{ReadoutError.MaximumQubits} qubits; got {qubits}: calibrate the qubits one by one (Tensored).");
        }
    }

    public static void DeviceCounts(SortedDictionary<int, int> counts, int qubits, int shots)
    {
        long total = (long)MitigatedCounts(counts, qubits);
        if (total != shots)
        {
            throw new ArgumentException($"The device was asked for {shots} shots and answered {total}; its counts must add up to the shots.");
        }
    }

    public static double MitigatedCounts(IReadOnlyDictionary<int, int> counts, int qubits)
    {
        ArgumentNullException.ThrowIfNull(counts);
        long total = 0;
        foreach (var (outcome, count) in counts)
        {
            if (outcome < 0 || outcome >= 1L << qubits)
            {
                throw new ArgumentException($"Outcome {outcome} is outside this {qubits}-qubit register (valid: 0-{(1L << qubits) - 1}).", nameof(counts));
            }

            if (count < 0)
            {
                throw new ArgumentException($"Outcome {outcome} was counted {count} times; a count is 0 or more.", nameof(counts));
            }

            total += count;
        }

        if (total == 0)
        {
            throw new ArgumentException("There are no counts to mitigate; at least one shot is needed.", nameof(counts));
        }

        return total;
    }

    public static void DenseMitigation(int qubits)
    {
        if (qubits > ReadoutMitigator.MaximumDenseQubits)
        {
            throw new ArgumentException(
                $"Least squares over all outcomes is for 1-{ReadoutMitigator.MaximumDenseQubits} qubits; got {qubits}: mitigate the observed outcomes alone (Quasi).");
        }
    }

    public static void InvertibleConfusion(double smallest, ImmutableArray<int> positions)
    {
        if (!(smallest > SmallestSingularValue))
        {
            throw new ArgumentException(
                $"The readout of qubit(s) {string.Join(", ", positions)} cannot be undone: its confusion matrix has the singular value {smallest:G2}; leave these qubits out.");
        }
    }

    public static void SolvedMitigation(double[] solved)
    {
        if (!solved.All(double.IsFinite))
        {
            throw new InvalidOperationException("The confusion between the observed outcomes cannot be inverted; measure more shots, or use qubits with better readout.");
        }
    }

    public static void SingleQubitErrors(ReadoutNoise noise)
    {
        if (noise.Groups.FirstOrDefault(group => group.Error.QubitCount > 1) is { } group)
        {
            throw new ArgumentException(
                $"Values of a readout follow errors of single qubits alone; got a correlated one of qubits {string.Join(", ", group.Positions)}: apply it to counts or probabilities.");
        }
    }

    public static int PartOfString(Dictionary<PauliString, int> places, PauliString part, PauliString whole) => places.TryGetValue(part, out int place)
        ? place
        : throw new ArgumentException($"The readout has {whole} and not {part}, which an unequal readout error mixes into it; add {part} to the readout.");

    public static void CalibrationLayer(Circuit layer, int qubits)
    {
        if (layer.QubitCount != qubits)
        {
            throw new ArgumentException($"The layer has {layer.QubitCount} qubits and the device {qubits}; both must be the same.", nameof(layer));
        }

        if (layer.TrainableCount > 0 || layer.InputCount > 0)
        {
            throw new ArgumentException("A calibration layer has constant angles alone; bind its parameters first.", nameof(layer));
        }
    }

    public static void CalibrationDepths(IReadOnlyList<int> depths, int sequences)
    {
        if (depths.Distinct().Count() < 2 || depths.Any(depth => depth < 0))
        {
            throw new ArgumentException($"A decay needs at least two different depths of 0 or more; got {string.Join(", ", depths)}.", nameof(depths));
        }

        if (sequences < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(sequences), $"A depth needs at least 1 random circuit; got {sequences}.");
        }
    }

    public static void NoiseFloorSignal(int depths, int qubit)
    {
        if (depths < 2)
        {
            throw new InvalidOperationException(
                $"Of qubit {qubit} a signal is left at {depths} depth(s), and a decay needs two; use shorter circuits, more shots or a better qubit.");
        }
    }

    public static void DiffusionStep(int step, double total, double device)
    {
        if (!(total is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(total), $"The total strength of step {step} is in [0, 1]; got {total}.");
        }

        if (!(device is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(device), $"The device's own strength at step {step} is in [0, 1); got {device}.");
        }

        if (device > total)
        {
            throw new ArgumentException(
                $"Step {step} asks for a depolarizing strength of {total:0.######} in all and the device alone has {device:0.######}; start the schedule noisier, use fewer layers or better qubits.");
        }
    }

    public static void NoiseLevel(double strength)
    {
        if (!(strength is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(strength), $"A noise level is a depolarizing strength in [0, 1]; got {strength}.");
        }
    }
}
