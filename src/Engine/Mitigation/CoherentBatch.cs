using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Noise;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Randomness;

namespace QDiff.Engine.Mitigation;

/// <summary>
/// Many noise levels of one mini-batch in a single execution. Between a preparation and a circuit stands, on every qubit, one random rotation
/// RZ RY RZ whose angles are inputs of the sample: the unravelling of a depolarizing channel (<see cref="IsotropicRotation"/>). The noise level is then data
/// like any other, and samples at all levels are rows of one batch of one circuit, where a channel as part of the circuit would need a run for each level.
/// </summary>
public sealed class CoherentBatch
{
    private const int AnglesPerQubit = 3;

    private readonly IBackend _backend;
    private readonly Plan _plan;
    private readonly Readout _readout;
    private readonly int _qubits;

    /// <summary>Joins the three parts and plans them.</summary>
    /// <param name="backend">Who runs them; not owned.</param>
    /// <param name="preparation">Before the noise.</param>
    /// <param name="circuit">After the noise; reads the same parameters and inputs as the preparation.</param>
    /// <param name="readout">What is measured, K numbers.</param>
    /// <exception cref="ArgumentException">The registers differ, or the readout does not fit.</exception>
    public CoherentBatch(IBackend backend, Circuit preparation, Circuit circuit, Readout readout)
    {
        ArgumentNullException.ThrowIfNull(preparation);
        Guard.Estimator(backend, circuit, readout);
        _backend = backend;
        _readout = readout;
        _qubits = circuit.QubitCount;
        InputCount = Math.Max(preparation.InputCount, circuit.InputCount);
        var noise = new CircuitBuilder(_qubits);
        for (int q = 0; q < _qubits; q++)
        {
            int first = InputCount + AnglesPerQubit * q;
            noise.RZ(q, Parameter.Input(first, differentiable: false))
                .RY(q, Parameter.Input(first + 1, differentiable: false))
                .RZ(q, Parameter.Input(first + 2, differentiable: false));
        }

        _plan = Planner.Plan(preparation.Then(noise.Build()).Then(circuit));
    }

    /// <summary>Inputs of a sample without its noise.</summary>
    public int InputCount { get; }

    /// <summary>Runs all levels of all samples in one execution.</summary>
    /// <param name="strengths">p of each level, in [0, 1].</param>
    /// <param name="parameters">[TrainableCount].</param>
    /// <param name="inputs">[batch, InputCount].</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="values">[levels, batch, K], overwritten.</param>
    /// <param name="seed">Names the random rotations: those of a sample at a level are functions of the seed, the sample and the level's place.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or a strength is out of range.</exception>
    public void Run<T>(
        ReadOnlySpan<double> strengths, ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs, int batch, Span<T> values, ulong seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(strengths, inputs.Length, batch, values.Length);
        var rows = new T[strengths.Length * batch * Width];
        for (int level = 0; level < strengths.Length; level++)
        {
            Fill(rows.AsSpan(level * batch * Width), strengths[level], level, inputs, batch, seed);
        }

        _backend.Run(_plan, _readout, new Bindings<T>(parameters, rows), strengths.Length * batch, values);
    }

    /// <summary>The same numbers by one execution for each level: what <see cref="Run"/> saves is measured against this.</summary>
    /// <inheritdoc cref="Run" path="/param"/>
    /// <inheritdoc cref="Run" path="/exception"/>
    public void RunLevelByLevel<T>(
        ReadOnlySpan<double> strengths, ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs, int batch, Span<T> values, ulong seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(strengths, inputs.Length, batch, values.Length);
        int count = batch * _readout.Count;
        for (int level = 0; level < strengths.Length; level++)
        {
            var rows = new T[batch * Width];
            Fill(rows, strengths[level], level, inputs, batch, seed);
            _backend.Run(_plan, _readout, new Bindings<T>(parameters, rows), batch, values.Slice(level * count, count));
        }
    }

    private int Width => InputCount + AnglesPerQubit * _qubits;

    private void Check(ReadOnlySpan<double> strengths, int inputs, int batch, int values)
    {
        Guard.Batch(batch);
        Guard.Length(nameof(inputs), inputs, (long)batch * InputCount, "batch × inputs");
        Guard.Length(nameof(values), values, (long)strengths.Length * batch * _readout.Count, "levels × batch × readout");
        foreach (double strength in strengths)
        {
            Guard.NoiseLevel(strength);
        }
    }

    private void Fill<T>(Span<T> rows, double strength, int level, ReadOnlySpan<T> inputs, int batch, ulong seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double kappa = strength > 0 ? VonMisesFisher.Concentration(1 - strength) : double.PositiveInfinity;
        for (int sample = 0; sample < batch; sample++)
        {
            Span<T> row = rows.Slice(sample * Width, Width);
            inputs.Slice(sample * InputCount, InputCount).CopyTo(row);
            var random = new CounterRandom(seed, sample, (ulong)level);
            for (int q = 0; q < _qubits; q++)
            {
                var (first, second, third) = strength > 0
                    ? EulerAngles(IsotropicRotation.Sample(kappa, random, q * IsotropicRotation.BlocksPerDraw))
                    : (0, 0, 0);
                Span<T> angles = row.Slice(InputCount + AnglesPerQubit * q, AnglesPerQubit);
                (angles[0], angles[1], angles[2]) = (T.CreateChecked(first), T.CreateChecked(second), T.CreateChecked(third));
            }
        }
    }

    /// <summary>The angles of RZ, RY, RZ in the order of application: W = cos β/2 cos s, Z = cos β/2 sin s, Y = sin β/2 cos d, X = −sin β/2 sin d.</summary>
    private static (double First, double Second, double Third) EulerAngles(BlochRotation r)
    {
        double sum = Math.Atan2(r.Z, r.W), difference = Math.Atan2(-r.X, r.Y);
        return (sum - difference, 2 * Math.Atan2(Math.Sqrt(r.X * r.X + r.Y * r.Y), Math.Sqrt(r.W * r.W + r.Z * r.Z)), sum + difference);
    }
}
