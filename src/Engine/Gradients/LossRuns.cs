using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Measurement;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Randomness;
using QDiff.Engine.States;

namespace QDiff.Engine.Gradients;

/// <summary>
/// What the estimators by differences share: runs of one circuit at many rows of angles, and the loss Σ_k c_k value_k of each, exact or
/// from shots.
/// </summary>
internal sealed class LossRuns
{
    private const int ExactRowsPerRun = 4096;

    private readonly IBackend _backend;
    private readonly Plan _plan;
    private readonly SampledReadout? _sampled;
    private readonly ShotPairing _pairing;

    public LossRuns(IBackend backend, Circuit circuit, Readout readout, int? shots, ShotPairing pairing)
    {
        Guard.Estimator(backend, circuit, readout);
        Guard.Pairing(pairing);
        _backend = backend;
        _pairing = pairing;
        Circuit = circuit;
        Readout = readout;
        Angles = new AngleCircuit(circuit);
        _plan = Planner.Plan(Angles.Circuit);
        _sampled = shots is { } count ? new SampledReadout(backend, Angles.Circuit, readout, count) : null;
    }

    public Circuit Circuit { get; }

    public Readout Readout { get; }

    public AngleCircuit Angles { get; }

    /// <summary>Begins an estimate.</summary>
    /// <param name="batch">Number of samples.</param>
    /// <param name="cotangents">c, [batch, K].</param>
    /// <param name="withInputs">Whether gradients of inputs are wanted.</param>
    /// <param name="seed">Names the random numbers of this estimate.</param>
    /// <param name="firstSample">Number within the run of sample 0.</param>
    public Estimate<T> Begin<T>(int batch, ReadOnlySpan<T> cotangents, bool withInputs, ulong seed, long firstSample)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(this, batch, cotangents, withInputs, seed, firstSample);

    /// <summary>One estimate under way: collects rows, runs them by the thousand, and adds what they contribute to the gradient.</summary>
    public ref struct Estimate<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly LossRuns _runs;
        private readonly ReadOnlySpan<T> _cotangents;
        private readonly ulong _seed;
        private readonly long _firstSample;
        private readonly int _capacity;
        private readonly T[] _rows;
        private readonly (int Sample, ulong Pair, bool Minus, Contribution Contribution)[] _marks;
        private readonly double[] _parameterGradients;
        private readonly double[] _inputGradients;
        private int _count;
        private long _executions;

        public Estimate(LossRuns runs, int batch, ReadOnlySpan<T> cotangents, bool withInputs, ulong seed, long firstSample)
        {
            _runs = runs;
            _cotangents = cotangents;
            WithInputs = withInputs;
            _seed = seed;
            _firstSample = firstSample;
            _capacity = runs._sampled?.RowsPerRun ?? ExactRowsPerRun;
            _rows = new T[(long)_capacity * runs.Angles.Uses.Length];
            _marks = new (int, ulong, bool, Contribution)[_capacity];
            _parameterGradients = new double[runs.Circuit.TrainableCount];
            _inputGradients = withInputs ? new double[(long)batch * runs.Circuit.InputCount] : [];
        }

        /// <summary>Adds loss × weight to the gradient, wherever that goes.</summary>
        /// <param name="loss">The row's loss.</param>
        /// <param name="parameterGradients">[TrainableCount].</param>
        /// <param name="inputGradients">[InputCount], the sample's own; empty when not wanted.</param>
        public delegate void Contribution(double loss, Span<double> parameterGradients, Span<double> inputGradients);

        public bool WithInputs { get; }

        /// <summary>Adds a run.</summary>
        /// <param name="sample">Whose cotangents and random numbers it has.</param>
        /// <param name="angles">The angles.</param>
        /// <param name="pair">Number, within the sample's runs, of the difference that it belongs to.</param>
        /// <param name="minus">Whether it is the subtracted one.</param>
        /// <param name="contribution">Called with its loss.</param>
        public void Add(int sample, ReadOnlySpan<double> angles, ulong pair, bool minus, Contribution contribution)
        {
            Span<T> row = _rows.AsSpan(_count * angles.Length, angles.Length);
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = T.CreateChecked(angles[i]);
            }

            _marks[_count++] = (sample, pair, minus, contribution);
            if (_count == _capacity)
            {
                Flush();
            }
        }

        /// <summary>Runs what is left and hands the gradient out.</summary>
        public GradientCost End(Span<T> parameterGradients, Span<T> inputGradients)
        {
            Flush();
            Copy(_parameterGradients, parameterGradients);
            Copy(_inputGradients, inputGradients);
            return new GradientCost(_executions, _executions * (_runs._sampled?.Shots ?? 0));
        }

        private void Flush()
        {
            if (_count == 0)
            {
                return;
            }

            var losses = new double[_count];
            if (_runs._sampled is { } sampled)
            {
                Sampled(sampled, losses);
            }
            else
            {
                Exact(losses);
            }

            int inputs = WithInputs ? _runs.Circuit.InputCount : 0;
            for (int i = 0; i < _count; i++)
            {
                _marks[i].Contribution(losses[i], _parameterGradients, _inputGradients.AsSpan(_marks[i].Sample * inputs, inputs));
            }

            _executions += (long)_count * (_runs._sampled?.CircuitsPerSample ?? 1);
            _count = 0;
        }

        private readonly void Exact(double[] losses)
        {
            int k = _runs.Readout.Count;
            var values = new T[(long)_count * k];
            _runs._backend.Run(_runs._plan, _runs.Readout, Rows(), _count, values);
            for (int i = 0; i < _count; i++)
            {
                ReadOnlySpan<T> weights = _cotangents.Slice(_marks[i].Sample * k, k);
                for (int j = 0; j < k; j++)
                {
                    losses[i] += double.CreateChecked(weights[j]) * double.CreateChecked(values[i * k + j]);
                }
            }
        }

        private readonly void Sampled(SampledReadout sampled, double[] losses)
        {
            int k = _runs.Readout.Count;
            ulong bases = (ulong)sampled.CircuitsPerSample;
            bool sorted = _runs._pairing == ShotPairing.AntitheticSorted;
            bool shared = _runs._pairing != ShotPairing.Independent;
            var (marks, seed, firstSample) = (_marks, _seed, _firstSample);
            for (int basis = 0; basis < sampled.CircuitsPerSample; basis++)
            {
                // Rows of a sample lie together, and all have its losses and its order of outcomes.
                int first = _marks[0].Sample;
                var tables = new (double[] Losses, int[] Order)[_marks[_count - 1].Sample - first + 1];
                for (int s = 0; s < tables.Length; s++)
                {
                    double[] table = sampled.LossOfOutcomes(basis, _cotangents.Slice((first + s) * k, k));
                    int[] order = sorted ? [.. Enumerable.Range(0, table.Length)] : [];
                    if (sorted)
                    {
                        Array.Sort(table, order);
                    }

                    tables[s] = (table, order);
                }

                ulong which = (ulong)basis;
                using StateVectorBatch<T> states = sampled.Run(basis, Rows(), _count);
                sampled.ForEachRow(states, (row, sums, outcomes) =>
                {
                    var (sample, pair, minus, _) = marks[row];
                    ulong difference = 2 * pair + (minus && !shared ? 1UL : 0);
                    var (table, order) = tables[sample - first];
                    BornSampler.Draw(states, row, order, new CounterRandom(seed, firstSample + sample, difference * bases + which), sums, outcomes);
                    double sum = 0;
                    foreach (int outcome in outcomes)
                    {
                        sum += table[outcome];
                    }

                    losses[row] += sum / outcomes.Length;
                });
            }
        }

        private readonly Bindings<T> Rows() => new(default, _rows.AsSpan(0, _count * _runs.Angles.Uses.Length));

        private static void Copy(double[] from, Span<T> to)
        {
            for (int i = 0; i < to.Length; i++)
            {
                to[i] = T.CreateChecked(from[i]);
            }
        }
    }
}
