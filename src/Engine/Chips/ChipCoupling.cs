using QDiff.Engine.Noise;

namespace QDiff.Engine.Chips;

/// <summary>Two qubits of a chip between which a CZ gate works.</summary>
/// <param name="First">The chip's number of one, the smaller one.</param>
/// <param name="Second">The chip's number of the other.</param>
/// <param name="Fidelity">Average fidelity of the CZ gate, in [1/5, 1].</param>
public sealed record ChipCoupling(int First, int Second, double Fidelity)
{
    /// <summary>The depolarizing channel on both qubits that gives the gate its fidelity: p = 4(1 − F)/3.</summary>
    public DepolarizingChannel GateNoise => DepolarizingChannel.FromGateFidelity(Fidelity, 2);
}
