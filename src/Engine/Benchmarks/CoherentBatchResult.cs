namespace QDiff.Engine.Benchmarks;

/// <summary>What one execution for all noise levels saves.</summary>
/// <param name="Samples">Samples of the mini-batch.</param>
/// <param name="Levels">Noise levels; as many executions become one.</param>
/// <param name="SecondsTogether">Seconds of one execution for all levels, median.</param>
/// <param name="SecondsLevelByLevel">Seconds of one execution for each level, median.</param>
/// <param name="Threads">Threads used.</param>
public sealed record CoherentBatchResult(int Samples, int Levels, double SecondsTogether, double SecondsLevelByLevel, int Threads);
