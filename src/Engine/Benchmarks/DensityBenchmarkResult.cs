namespace QDiff.Engine.Benchmarks;

/// <summary>The outcome of <see cref="DensityBenchmark"/>.</summary>
/// <param name="ProgramsPerSecond">Programs per second on all threads: the median of the repetitions.</param>
/// <param name="SlowestPerSecond">The same in the slowest repetition.</param>
/// <param name="FastestPerSecond">The same in the fastest repetition.</param>
/// <param name="GradientsPerSecond">Runs with the gradient with respect to all parameters, per second; the median.</param>
/// <param name="PeakFmaPerSecond">Multiply-adds per second that all threads reach in a loop that does nothing else.</param>
/// <param name="FmaPerProgram">Multiply-adds of one program as the plan does them.</param>
/// <param name="BytesPerProgram">Bytes that the passes read and write, in whichever cache they find them.</param>
/// <param name="Passes">Passes over all 4^n coefficients.</param>
/// <param name="Options">What was run.</param>
/// <param name="Threads">Threads used.</param>
/// <param name="LaneBits">Width of a vector in bits; 0 for scalar code and accelerators.</param>
/// <param name="Device">Name of the device.</param>
/// <param name="Model">What the device is.</param>
public sealed record DensityBenchmarkResult(
    double ProgramsPerSecond,
    double SlowestPerSecond,
    double FastestPerSecond,
    double GradientsPerSecond,
    double PeakFmaPerSecond,
    double FmaPerProgram,
    double BytesPerProgram,
    int Passes,
    BenchmarkOptions Options,
    int Threads,
    int LaneBits,
    string Device,
    string Model)
{
    /// <summary>Milliseconds of one program.</summary>
    public double Milliseconds => 1000 / ProgramsPerSecond;

    /// <summary>The share of the measured peak that the counted multiply-adds make.</summary>
    public double ShareOfPeak => FmaPerProgram * ProgramsPerSecond / PeakFmaPerSecond;
}
