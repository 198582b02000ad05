using QDiff.Engine.Noise;

namespace QDiff.Engine.Chips;

/// <summary>What a calibration says of one qubit of a chip.</summary>
/// <param name="Number">The chip's number of the qubit.</param>
/// <param name="GateFidelity">Average fidelity of its one-qubit gates, in [1/3, 1].</param>
/// <param name="ReadZero">P(0 | 0): how often a prepared |0⟩ is read as 0.</param>
/// <param name="ReadOne">P(1 | 1): how often a prepared |1⟩ is read as 1.</param>
/// <param name="T1">Relaxation time in µs.</param>
/// <param name="T2">Ramsey dephasing time T2* in µs, at most 2·T1.</param>
public sealed record ChipQubit(int Number, double GateFidelity, double ReadZero, double ReadOne, double T1, double T2)
{
    /// <summary>The mean of P(0 | 0) and P(1 | 1).</summary>
    public double ReadoutFidelity => (ReadZero + ReadOne) / 2;

    /// <summary>The confusion of its measured bit.</summary>
    public ReadoutError ReadoutError => ReadoutError.FromFlips(1 - ReadZero, 1 - ReadOne);

    /// <summary>The depolarizing channel that gives its gates their fidelity: p = 2(1 − F).</summary>
    public DepolarizingChannel GateNoise => DepolarizingChannel.FromGateFidelity(GateFidelity, 1);

    /// <summary>What waiting does to the qubit: thermal relaxation towards |0⟩ by T1 and T2*.</summary>
    /// <param name="time">In µs, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or not finite.</exception>
    public Channel Waiting(double time) => ChannelCatalog.ThermalRelaxation.Create(T1, T2, time, 0);
}
