using QDiff.Engine.Chips;

namespace QDiff.Models.Quantum;

/// <summary>The noise that a model's circuit runs under, in training and afterwards.</summary>
/// <param name="File">A noise model or a chip's profile; of a chip the best line of qubits is used.</param>
/// <param name="Mitigation">What is done against it.</param>
/// <param name="Trajectories">Runs with noise of their own that every measured value is the mean of.</param>
/// <param name="CalibrationShots">Shots of each circuit of the readout's calibration.</param>
/// <param name="Seed">Seed of the calibration.</param>
public sealed record CircuitNoise(NoiseFile File, Mitigation Mitigation, int Trajectories, int CalibrationShots, ulong Seed);
