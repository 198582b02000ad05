using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Randomness;
using QDiff.Engine.States;

namespace QDiff.Engine.Measurement;

/// <summary>
/// A readout as a device gives it: expectation values of Pauli strings as means of parities, Born probabilities as frequencies, each over a
/// finite number of shots in every measurement basis. Unbiased, with variance (1 − ⟨P⟩²)/shots.
/// </summary>
public sealed class SampledReadout
{
    private const int AmplitudesPerRun = 1 << 22;
    private const int MostRowsPerRun = 4096;

    private readonly IBackend _backend;
    private readonly ImmutableArray<Plan> _plans;

    /// <summary>Groups the readout's strings into bases and plans the circuit once for each.</summary>
    /// <param name="backend">Who runs the circuits; not owned.</param>
    /// <param name="circuit">What is run, from |0…0⟩.</param>
    /// <param name="readout">What is measured.</param>
    /// <param name="shots">Shots in each basis, 1 to 2^25.</param>
    /// <exception cref="ArgumentException">The readout does not fit the circuit, or the shots are out of range.</exception>
    public SampledReadout(IBackend backend, Circuit circuit, Readout readout, int shots)
    {
        Guard.Estimator(backend, circuit, readout);
        Guard.Shots(shots);
        _backend = backend;
        Readout = readout;
        Shots = shots;
        Bases = readout.IsBorn ? [] : MeasurementBasis.Group(readout.Strings, circuit.QubitCount);
        _plans = readout.IsBorn ? [Planner.Plan(circuit)] : [.. Bases.Select(basis => Planner.Plan(circuit.Then(basis.Rotation)))];
    }

    /// <summary>What is measured.</summary>
    public Readout Readout { get; }

    /// <summary>Shots in each basis.</summary>
    public int Shots { get; }

    /// <summary>The bases; empty for Born probabilities, which the computational basis gives.</summary>
    public ImmutableArray<MeasurementBasis> Bases { get; }

    /// <summary>Circuits run for one sample: the number of bases, or one for Born probabilities.</summary>
    public int CircuitsPerSample => _plans.Length;

    /// <summary>Rows whose states are held at a time.</summary>
    internal int RowsPerRun => Math.Clamp(AmplitudesPerRun >> _plans[0].Circuit.QubitCount, 1, MostRowsPerRun);

    /// <summary>Runs the circuit and measures it.</summary>
    /// <param name="bindings">Parameter values, and inputs [batch, InputCount].</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="values">[batch, K], overwritten.</param>
    /// <param name="seed">Names the random numbers of this call.</param>
    /// <param name="firstSample">Number within the run of sample 0.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or a number is not finite or out of range.</exception>
    public void Measure<T>(Bindings<T> bindings, int batch, Span<T> values, ulong seed, long firstSample = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Batch(batch);
        Guard.BindingLengths(bindings.Parameters.Length, bindings.Inputs.Length, _plans[0].Circuit.TrainableCount, _plans[0].Circuit.InputCount, batch);
        Guard.Length(nameof(values), values.Length, (long)batch * Readout.Count, "batch × readout");
        Guard.SampleNumbers(firstSample, batch);
        int width = _plans[0].Circuit.InputCount;
        var measured = new double[batch, Readout.Count];
        for (int basis = 0; basis < CircuitsPerSample; basis++)
        {
            for (int first = 0; first < batch; first += RowsPerRun)
            {
                int rows = Math.Min(RowsPerRun, batch - first), start = first, which = basis;
                var piece = bindings with { Inputs = bindings.Inputs.Slice(first * width, rows * width) };
                using StateVectorBatch<T> states = Run(basis, piece, rows);
                ForEachRow(states, (row, sums, outcomes) =>
                {
                    BornSampler.Draw(states, row, [], new CounterRandom(seed, firstSample + start + row, (ulong)which), sums, outcomes);
                    ReadCounts(which, sums, outcomes, measured, start + row);
                });
            }
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = T.CreateChecked(measured[i / Readout.Count, i % Readout.Count]);
        }
    }

    /// <summary>The states after the circuit and one basis's rotation.</summary>
    internal StateVectorBatch<T> Run<T>(int basis, Bindings<T> bindings, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var states = StateVectorBatch<T>.Zero(rows, _plans[basis].Circuit.QubitCount);
        try
        {
            _backend.Apply(_plans[basis], bindings, states);
            return states;
        }
        catch
        {
            states.Dispose();
            throw;
        }
    }

    /// <summary>Calls the work for every state on all processors, with room for running sums and outcomes.</summary>
    internal void ForEachRow<T>(StateVectorBatch<T> states, Action<int, double[], int[]> work)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Parallel.For(
            0,
            states.Batch,
            () => (Sums: new double[states.Dimension], Outcomes: new int[Shots]),
            (row, _, buffers) =>
            {
                work(row, buffers.Sums, buffers.Outcomes);
                return buffers;
            },
            _ => { });

    /// <summary>What each outcome in a basis adds to Σ_k c_k value_k, [2^n].</summary>
    internal double[] LossOfOutcomes<T>(int basis, ReadOnlySpan<T> cotangents)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var losses = new double[1L << _plans[basis].Circuit.QubitCount];
        if (Readout.IsBorn)
        {
            for (int k = 0; k < losses.Length; k++)
            {
                losses[k] = double.CreateChecked(cotangents[k]);
            }

            return losses;
        }

        foreach (int k in Bases[basis].Members)
        {
            losses[Readout.Strings[k].Support] += double.CreateChecked(cotangents[k]);
        }

        WalshHadamard.Transform(losses);
        return losses;
    }

    private void ReadCounts(int basis, double[] counts, int[] outcomes, double[,] measured, int sample)
    {
        Array.Clear(counts);
        foreach (int outcome in outcomes)
        {
            counts[outcome]++;
        }

        if (Readout.IsBorn)
        {
            for (int k = 0; k < counts.Length; k++)
            {
                measured[sample, k] = counts[k] / Shots;
            }

            return;
        }

        WalshHadamard.Transform(counts);
        foreach (int k in Bases[basis].Members)
        {
            measured[sample, k] = counts[Readout.Strings[k].Support] / Shots;
        }
    }
}
