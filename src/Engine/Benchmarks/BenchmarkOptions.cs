namespace QDiff.Engine.Benchmarks;

/// <summary>What a benchmark runs. The defaults are those of workloads W1 and W2.</summary>
public sealed record BenchmarkOptions
{
    /// <summary>Number of qubits n.</summary>
    public int Qubits { get; init; } = 10;

    /// <summary>Layers of RY, RZ on every qubit and CNOT(i, i+1) along the chain.</summary>
    public int Layers { get; init; } = 15;

    /// <summary>Different random normalised initial states, run together.</summary>
    public int Batch { get; init; } = 256;

    /// <summary>Double instead of single precision.</summary>
    public bool DoublePrecision { get; init; }

    /// <summary>Threads; null for one on each processor.</summary>
    public int? Threads { get; init; }

    /// <summary>Timed repetitions, of which the median is reported.</summary>
    public int Repetitions { get; init; } = 7;

    /// <summary>Least duration of one repetition in seconds.</summary>
    public double SecondsPerRepetition { get; init; } = 0.5;
}
