using System.Numerics;
using QDiff.Engine.Measurement;
using QDiff.Engine.States;

namespace QDiff.Engine.Backends;

/// <summary>A backend that draws outcomes of measurements itself, as <see cref="BornSampler"/> does: with the same numbers.</summary>
public interface ISamplingBackend : IBackend
{
    /// <summary>Measures all qubits of states: as <see cref="BornSampler.Sample{T}(StateVectorBatch{T}, int, ulong, ulong, long)"/>.</summary>
    /// <param name="states">The states, which stay as they are.</param>
    /// <param name="shots">Measurements of each state, 1 to 2^25.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="operation">Which use of randomness this is.</param>
    /// <param name="firstSample">Number within the run of state 0.</param>
    /// <returns>[batch, shots] indices in 0 to 2^n − 1, qubit q at bit q.</returns>
    /// <exception cref="ArgumentException">The shots or sample numbers are out of range.</exception>
    /// <exception cref="InvalidOperationException">A state is zero or not finite.</exception>
    int[,] Sample<T>(StateVectorBatch<T> states, int shots, ulong seed, ulong operation, long firstSample = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
