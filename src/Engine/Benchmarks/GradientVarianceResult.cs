namespace QDiff.Engine.Benchmarks;

/// <summary>How much a shift gradient under shots varies, by the random numbers that its pairs of runs share.</summary>
/// <param name="Circuit">Which circuit, in words.</param>
/// <param name="Parameters">Parameters that it has.</param>
/// <param name="Shots">Shots of every run.</param>
/// <param name="Repetitions">Gradients that the variances are estimated from.</param>
/// <param name="Independent">Variance with independent shots, mean over the parameters.</param>
/// <param name="Antithetic">The same with shared numbers, outcomes in the order of basis states.</param>
/// <param name="Sorted">The same with shared numbers, outcomes in the order of their loss.</param>
public sealed record GradientVarianceResult(
    string Circuit, int Parameters, int Shots, int Repetitions, double Independent, double Antithetic, double Sorted);
