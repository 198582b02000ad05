namespace QDiff.Models.Benchmarks;

/// <summary>What <see cref="TrainingBenchmark"/> measures, and for how long.</summary>
public sealed record TrainingBenchmarkOptions
{
    /// <summary>Images or rows in a batch.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Qubits of the model whose training steps are measured, 2 to 16.</summary>
    public int Qubits { get; init; } = 10;

    /// <summary>Timed repetitions, of which the median is reported.</summary>
    public int Repetitions { get; init; } = 7;

    /// <summary>Least duration of one repetition in seconds.</summary>
    public double SecondsPerRepetition { get; init; } = 0.1;
}
