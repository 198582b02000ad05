using System.Collections.Immutable;
using QDiff.Engine.Noise;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Chips;

/// <summary>A program with noise in it, ready to be run.</summary>
/// <param name="Program">The program with its channels; its classical bits are those of the original.</param>
/// <param name="Readout">The readout errors of its final measurements, on the classical bits; to be applied to what a simulator gives.</param>
/// <param name="FinalLayout">Where each qubit of the original is at the end: qubit q at FinalLayout[q]; q itself where nothing was routed.</param>
/// <param name="Cost">What the routed program costs on the chip; null for a noise model without one.</param>
public sealed record NoisyProgram(QuantumProgram Program, ReadoutNoise Readout, ImmutableArray<int> FinalLayout, ChipCost? Cost);
