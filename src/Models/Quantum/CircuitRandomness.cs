namespace QDiff.Models.Quantum;

/// <summary>Names the random numbers of a circuit's next run, where that has any: shots, perturbations, noise.</summary>
/// <param name="Seed">Another one for every step of training or sampling.</param>
/// <param name="FirstSample">Number of the first row, so that a large batch may be run in pieces.</param>
public readonly record struct CircuitRandomness(ulong Seed, long FirstSample);
