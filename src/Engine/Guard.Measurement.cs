using System.Numerics;
using QDiff.Engine.Measurement;
using QDiff.Engine.States;

namespace QDiff.Engine;

internal static partial class Guard
{
    public static void Shots(int shots)
    {
        if (shots is < 1 or > BornSampler.ShotLimit)
        {
            throw new ArgumentOutOfRangeException(
                nameof(shots), $"A state is measured 1 to {BornSampler.ShotLimit} times; got {shots} shots (draw more under another operation number).");
        }
    }

    public static void MeasurableNorm(double norm, int sample)
    {
        if (!double.IsFinite(norm) || norm == 0)
        {
            throw new InvalidOperationException($"State {sample} cannot be measured: its norm is {norm}, and a finite one above 0 is needed.");
        }
    }

    public static void BornSampling<T>(StateVectorBatch<T> states, int shots, long firstSample)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(states);
        Shots(shots);
        SampleNumbers(firstSample, states.Batch);
        for (var sample = 0; sample < states.Batch; sample++)
        {
            MeasurableNorm(states.Norm(sample), sample);
        }
    }

    public static void FidelityPartners(int firstBatch, int firstQubits, int secondBatch, int secondQubits)
    {
        if (firstQubits != secondQubits)
        {
            throw new ArgumentException($"States of {firstQubits} and {secondQubits} qubits have no fidelity; both registers must be the same.");
        }

        if (secondBatch != 1 && secondBatch != firstBatch)
        {
            throw new ArgumentException($"{firstBatch} state(s) are compared with as many or with one; got {secondBatch}.");
        }
    }

    public static void BasisState(int index, int qubits)
    {
        if (index < 0 || index >= 1L << qubits)
        {
            throw new ArgumentOutOfRangeException(nameof(index), $"Basis state {index} is outside this {qubits}-qubit register (valid: 0-{(1L << qubits) - 1}).");
        }
    }
}
