using System.Collections.Immutable;

namespace QDiff.Engine.Circuits;

/// <summary>
/// An immutable list of operations on a register of qubits. Qubit 0 is the least significant bit of the amplitude index.
/// Made by <see cref="CircuitBuilder"/>, which has checked every index and value.
/// </summary>
public sealed class Circuit
{
    internal Circuit(int qubitCount, ImmutableArray<Operation> operations, int trainableCount, int inputCount)
    {
        QubitCount = qubitCount;
        Operations = operations;
        TrainableCount = trainableCount;
        InputCount = inputCount;
    }

    /// <summary>Number of qubits, 1-30.</summary>
    public int QubitCount { get; }

    /// <summary>The operations in the order of application.</summary>
    public ImmutableArray<Operation> Operations { get; }

    /// <summary>Length of the shared parameter vector: one more than the largest trainable index.</summary>
    public int TrainableCount { get; }

    /// <summary>Length of each sample's input row: one more than the largest input index.</summary>
    public int InputCount { get; }

    /// <summary>The circuit U† of this circuit's U, on the same parameters and inputs.</summary>
    public Circuit Inverse() =>
        new(QubitCount, [.. Operations.Reverse().Select(operation => operation.Inverse())], TrainableCount, InputCount);

    /// <summary>This circuit followed by <paramref name="next"/>; both read the same parameter vector and input row.</summary>
    /// <exception cref="ArgumentException">The qubit counts differ.</exception>
    public Circuit Then(Circuit next)
    {
        ArgumentNullException.ThrowIfNull(next);
        Guard.SameQubitCount(QubitCount, next.QubitCount);
        return new Circuit(QubitCount, Operations.AddRange(next.Operations),
            Math.Max(TrainableCount, next.TrainableCount), Math.Max(InputCount, next.InputCount));
    }
}
