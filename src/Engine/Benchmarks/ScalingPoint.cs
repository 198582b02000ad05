namespace QDiff.Engine.Benchmarks;

/// <summary>One register size of a scaling measurement.</summary>
/// <param name="Qubits">Number of qubits n.</param>
/// <param name="Seconds">Time of one circuit: that of a batch divided by its samples; the median of the repetitions.</param>
/// <param name="FastestSeconds">The same in the fastest repetition.</param>
/// <param name="SlowestSeconds">The same in the slowest repetition.</param>
/// <param name="FmaPerCircuit">Multiply-adds of one circuit as the backend does them.</param>
/// <param name="BytesPerCircuit">Bytes of one circuit, read and written, that no cache of a core can spare.</param>
/// <param name="FloorSeconds">
/// The longer of the times that all threads need at their measured peak for the multiply-adds, and at the measured copy bandwidth for the
/// bytes. Nothing that does this work can be faster, except where a shared cache holds the state.
/// </param>
/// <param name="ShareByProcessorTime">
/// The share of one thread's peak that the multiply-adds reach per second of processor time, all threads together: what the machine does
/// beside this does not count. 0 on an accelerator.
/// </param>
public sealed record ScalingPoint(
    int Qubits, double Seconds, double FastestSeconds, double SlowestSeconds, double FmaPerCircuit, double BytesPerCircuit, double FloorSeconds,
    double ShareByProcessorTime)
{
    /// <summary>Amplitudes that go through the whole circuit per second, 2^n over the time of a circuit.</summary>
    public double AmplitudesPerSecond => Math.Pow(2, Qubits) / Seconds;

    /// <summary>Amplitudes per second at the floor.</summary>
    public double FloorAmplitudesPerSecond => Math.Pow(2, Qubits) / FloorSeconds;
}
