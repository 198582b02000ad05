using QDiff.Engine.Measurement;
using QDiff.Engine.Noise;

namespace QDiff.Engine.Mitigation;

/// <summary>A device that prepares basis states without error and reads them with given readout errors.</summary>
public sealed class SimulatedReadoutDevice : IReadoutDevice
{
    // "READ": other draws of a run have other operation numbers.
    private const ulong Operation = 0x52454144;

    private readonly ReadoutNoise _noise;
    private readonly ulong _seed;

    /// <summary>Makes a device.</summary>
    /// <param name="noise">The errors on its qubits, 1-30 positions.</param>
    /// <param name="seed">Fixes its answers: those to a prepared state depend on the seed and that state alone.</param>
    /// <exception cref="ArgumentException">The errors are on no qubit or on more than thirty.</exception>
    public SimulatedReadoutDevice(ReadoutNoise noise, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(noise);
        Guard.QubitCount(noise.Width);
        _noise = noise;
        _seed = seed;
    }

    /// <inheritdoc/>
    public int QubitCount => _noise.Width;

    /// <inheritdoc/>
    public SortedDictionary<int, int> Measure(int prepared, int shots)
    {
        Guard.BasisState(prepared, QubitCount);
        Guard.Shots(shots);
        var outcomes = new int[1, shots];
        for (int shot = 0; shot < shots; shot++)
        {
            outcomes[0, shot] = prepared;
        }

        _noise.Apply(outcomes, _seed, Operation, firstSample: prepared);
        return BornSampler.Counts(outcomes);
    }
}
