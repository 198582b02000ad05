using System.Numerics;
using System.Runtime.Intrinsics;
using QDiff.Engine.Backends;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Engine.Cpu;

/// <summary>
/// The SIMD backend. The states of a batch lie in the lanes of vectors, 16 at a time in single precision with 512 bits, and such tiles
/// are spread over threads. Calls from several threads are taken one after the other.
/// </summary>
public sealed partial class CpuBackend : ITrajectoryBackend
{
    /// <summary>Environment variable that sets the vector width: 512, 256, 128 or scalar.</summary>
    public const string LanesVariable = "QDIFF_LANES";

    private readonly Lock _gate = new();
    private readonly WorkerPool _pool;
    private readonly Lazy<CpuSession<float>> _single;
    private readonly Lazy<CpuSession<double>> _double;
    private bool _disposed;

    /// <summary>Makes a backend with its own threads.</summary>
    /// <exception cref="ArgumentException">The width is unknown or wider than the processor's, or there is less than one thread.</exception>
    public CpuBackend(CpuOptions? options = null)
    {
        LaneWidth = Guard.LaneWidth(options?.LaneWidth ?? FromEnvironment() ?? Widest);
        Threads = Guard.Threads(options?.Threads ?? Environment.ProcessorCount);
        _pool = new WorkerPool(Threads);
        options ??= new CpuOptions();
        _single = new Lazy<CpuSession<float>>(() => new CpuSession<float>(_pool, LaneWidth, options));
        _double = new Lazy<CpuSession<double>>(() => new CpuSession<double>(_pool, LaneWidth, options));
    }

    /// <summary>The widest vectors that this processor runs.</summary>
    public static LaneWidth Widest =>
        Vector512.IsHardwareAccelerated ? LaneWidth.Bits512
        : Vector256.IsHardwareAccelerated ? LaneWidth.Bits256
        : Vector128.IsHardwareAccelerated ? LaneWidth.Bits128
        : LaneWidth.Scalar;

    /// <summary>Width of the vectors in use.</summary>
    public LaneWidth LaneWidth { get; }

    /// <summary>Threads in use.</summary>
    public int Threads { get; }

    /// <inheritdoc/>
    public string Name => "cpu";

    /// <inheritdoc/>
    public void Apply<T>(Plan plan, Bindings<T> bindings, StateVectorBatch<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(states);
        Guard.PlanRun(plan, bindings, states.Batch);
        Guard.Register(plan.Circuit.QubitCount, states.QubitCount);
        lock (_gate)
        {
            Session<T>().Apply(plan, bindings, states);
        }
    }

    /// <inheritdoc/>
    public void Measure<T>(StateVectorBatch<T> states, Readout readout, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(states);
        Guard.ReadoutFits(readout, states.QubitCount);
        Guard.Length(nameof(values), values.Length, (long)states.Batch * readout.Count, "batch × readout");
        lock (_gate)
        {
            Session<T>().Measure(states, readout, values);
        }
    }

    /// <inheritdoc/>
    public void Run<T>(Plan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, StateVectorBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.PlanRead(plan, readout, bindings, batch, values.Length, initial);
        lock (_gate)
        {
            Session<T>().Run(plan, readout, bindings, batch, values, initial, null);
        }
    }

    /// <inheritdoc/>
    public AdjointTape<T> Forward<T>(Plan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, StateVectorBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.PlanRead(plan, readout, bindings, batch, values.Length, initial);
        lock (_gate)
        {
            var session = Session<T>();
            var record = session.NewRecord(plan, bindings, batch);
            try
            {
                session.Run(plan, readout, bindings, batch, values, initial, record);
            }
            catch
            {
                record.Dispose();
                throw;
            }

            return new AdjointTape<T>(this, plan, readout, batch, record);
        }
    }

    /// <inheritdoc/>
    public void Backward<T>(AdjointTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.TapeOwner(ReferenceEquals(tape.Owner, this));
        var circuit = tape.Plan.Circuit;
        Guard.BackwardRun(
            tape.Batch, tape.Readout, circuit.TrainableCount, circuit.InputCount, cotangents, parameterGradients.Length, inputGradients.Length);

        lock (_gate)
        {
            Session<T>().Backward(tape, cotangents, parameterGradients, inputGradients);
        }
    }

    /// <summary>Ends the threads and gives all memory back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _pool.Dispose();
            _densitySingle?.Dispose();
            _densityDouble?.Dispose();
            if (_single.IsValueCreated)
            {
                _single.Value.Dispose();
            }

            if (_double.IsValueCreated)
            {
                _double.Value.Dispose();
            }
        }
    }

    /// <summary>Counts what a run does for one sample of a batch whose states are given.</summary>
    internal PlanWork Work<T>(Plan plan, Readout readout, int batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        lock (_gate)
        {
            return Session<T>().Work(plan, readout, batch);
        }
    }

    /// <summary>Does what every run of a batch does before its first state: checks the bindings and finds what all samples share.</summary>
    internal void Bind<T>(Plan plan, Bindings<T> bindings, int batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.PlanRun(plan, bindings, batch);
        lock (_gate)
        {
            Session<T>().Bind(plan, bindings, batch);
        }
    }

    private static LaneWidth? FromEnvironment() => Environment.GetEnvironmentVariable(LanesVariable) switch
    {
        null or "" => null,
        "scalar" => LaneWidth.Scalar,
        "128" => LaneWidth.Bits128,
        "256" => LaneWidth.Bits256,
        "512" => LaneWidth.Bits512,
        var other => throw new ArgumentException($"{LanesVariable} is 512, 256, 128 or scalar; got '{other}'."),
    };

    private CpuSession<T> Session<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Guard.Precision<T>();
        return typeof(T) == typeof(float) ? (CpuSession<T>)(object)_single.Value : (CpuSession<T>)(object)_double.Value;
    }
}
