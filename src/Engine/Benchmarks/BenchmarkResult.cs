namespace QDiff.Engine.Benchmarks;

/// <summary>The outcome of a benchmark.</summary>
/// <param name="Workload">"W1" (forward) or "W2" (gradient).</param>
/// <param name="CircuitsPerSecond">Circuits (W1) or gradients (W2) per second on all threads: the median of the repetitions.</param>
/// <param name="SlowestPerSecond">The same in the slowest repetition.</param>
/// <param name="FastestPerSecond">The same in the fastest repetition.</param>
/// <param name="PeakFmaPerSecond">Multiply-adds per second that all threads reach in a loop that does nothing else.</param>
/// <param name="FmaPerCircuit">Multiply-adds of one circuit or gradient as the plan does them.</param>
/// <param name="BytesPerCircuit">Bytes that the passes over the state read and write, in whichever cache they find it.</param>
/// <param name="TileBytes">Bytes that one thread goes over in every pass: a tile of states, twice that with their co-states.</param>
/// <param name="Passes">Passes over all amplitudes in a forward run of the plan.</param>
/// <param name="BindingSeconds">Seconds that a run needs before the first state, for everything that depends on shared parameters alone; 0 on an accelerator.</param>
/// <param name="ShareOfPeak"><paramref name="FmaPerCircuit"/> · <paramref name="CircuitsPerSecond"/> / <paramref name="PeakFmaPerSecond"/>.</param>
/// <param name="ShareByProcessorTime">The same per second of processor time, of one thread's peak: what other programs take away does not count. 0 on an accelerator.</param>
/// <param name="Qubits">Number of qubits.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Batch">Samples in one run.</param>
/// <param name="Threads">Threads used.</param>
/// <param name="LaneBits">Width of a vector in bits; 0 for scalar code.</param>
/// <param name="Precision">"float" or "double".</param>
/// <param name="Device">Name of the device.</param>
/// <param name="Model">What the device is.</param>
public sealed record BenchmarkResult(
    string Workload,
    double CircuitsPerSecond,
    double SlowestPerSecond,
    double FastestPerSecond,
    double PeakFmaPerSecond,
    double FmaPerCircuit,
    double BytesPerCircuit,
    double TileBytes,
    int Passes,
    double BindingSeconds,
    double ShareOfPeak,
    double ShareByProcessorTime,
    int Qubits,
    int Layers,
    int Batch,
    int Threads,
    int LaneBits,
    string Precision,
    string Device,
    string Model);
