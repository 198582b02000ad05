namespace QDiff.Engine.Mitigation;

/// <summary>Whatever can prepare a basis state, measure all of its qubits and count the answers: a device, or a simulation of one.</summary>
public interface IReadoutDevice
{
    /// <summary>Number of qubits, 1-30.</summary>
    int QubitCount { get; }

    /// <summary>Prepares a basis state and measures it.</summary>
    /// <param name="prepared">The state, 0 to 2^n − 1, qubit q at bit q.</param>
    /// <param name="shots">How often, 1 or more.</param>
    /// <returns>How often each outcome was read; the counts add up to <paramref name="shots"/>.</returns>
    SortedDictionary<int, int> Measure(int prepared, int shots);
}
