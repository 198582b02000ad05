using QDiff.Engine.Circuits;

namespace QDiff.Engine.Mitigation;

/// <summary>Whatever can run a circuit from |0…0⟩, measure all qubits and count the answers: a device, or a simulation of one.</summary>
public interface ICircuitDevice
{
    /// <summary>Number of qubits, 1-30.</summary>
    int QubitCount { get; }

    /// <summary>Runs a circuit without parameters and measures every qubit.</summary>
    /// <param name="circuit">On all of the device's qubits.</param>
    /// <param name="shots">How often, 1 or more.</param>
    /// <param name="run">Number of this run: a simulation draws its random numbers from it.</param>
    /// <returns>How often each outcome was read, qubit q at bit q; the counts add up to <paramref name="shots"/>.</returns>
    SortedDictionary<int, int> Run(Circuit circuit, int shots, long run);
}
