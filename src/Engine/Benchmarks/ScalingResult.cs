namespace QDiff.Engine.Benchmarks;

/// <summary>How the time of a circuit grows with the number of qubits on one device.</summary>
/// <param name="Device">Name of the device.</param>
/// <param name="Points">One for each register size, in the order asked for.</param>
/// <param name="PeakFmaPerSecond">Multiply-adds per second that all threads reach in a loop that does nothing else.</param>
/// <param name="CopyBytesPerSecond">Bytes read and written per second that all threads reach when they copy memory.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Batch">Samples in one run.</param>
/// <param name="Threads">Threads used.</param>
/// <param name="LaneBits">Width of a vector in bits; 0 for scalar code.</param>
/// <param name="Precision">"float" or "double".</param>
/// <param name="Model">What the device is.</param>
public sealed record ScalingResult(
    string Device,
    IReadOnlyList<ScalingPoint> Points,
    double PeakFmaPerSecond,
    double CopyBytesPerSecond,
    int Layers,
    int Batch,
    int Threads,
    int LaneBits,
    string Precision,
    string Model);
