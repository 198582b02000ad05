using System.Numerics;

namespace QDiff.Engine.Noise;

/// <summary>One branch of a channel ρ → Σ_i p_i U_i ρ U_i† that applies one of several unitaries at random.</summary>
/// <param name="Probability">p_i, in [0, 1].</param>
/// <param name="Unitary">U_i, 2^k × 2^k; the channel's first qubit is the least significant bit of its indices.</param>
public readonly record struct WeightedUnitary(double Probability, Complex[,] Unitary);
