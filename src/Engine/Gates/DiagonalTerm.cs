namespace QDiff.Engine.Gates;

/// <summary>
/// One term of a one-parameter diagonal gate: the gate multiplies amplitude x by exp(iθ Σ_t c_t (−1)^{|x ∧ m_t|}).
/// </summary>
/// <param name="Mask">m: the gate's own qubits whose parity signs the term; 0 is a global phase.</param>
/// <param name="Coefficient">c: the factor on the parameter.</param>
public readonly record struct DiagonalTerm(int Mask, double Coefficient);
