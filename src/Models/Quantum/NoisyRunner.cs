using System.Collections.Immutable;
using QDiff.Engine.Backends;
using QDiff.Engine.Chips;
using QDiff.Engine.Circuits;
using QDiff.Engine.Mitigation;
using QDiff.Engine.Noise;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Programs;
using QDiff.Engine.Trajectories;

namespace QDiff.Models.Quantum;

/// <summary>
/// A circuit under noise: every value is the mean over trajectories, changed by the readout errors and, where wanted, by the inverse of the errors that a
/// calibration found. Gradients are adjoint ones through the trajectories, with the errors that were drawn held fixed.
/// </summary>
internal sealed class NoisyRunner : ICircuitRunner
{
    private readonly ITrajectoryBackend _backend;
    private readonly Readout _readout;
    private readonly TrajectoryPlan _plan;
    private readonly ReadoutMap _map;
    private readonly int _trajectories;

    /// <summary>Places the circuit, calibrates the readout and plans.</summary>
    /// <exception cref="UserErrorException">The backend has no noise, or Born probabilities are wanted of a circuit that a chip runs with exchanges.</exception>
    /// <exception cref="ArgumentException">The circuit or the readout does not fit the noise.</exception>
    public NoisyRunner(Circuit circuit, Readout readout, IBackend backend, CircuitNoise noise)
    {
        _backend = backend as ITrajectoryBackend
            ?? throw new UserErrorException($"The device '{backend.Name}' runs circuits without noise only; leave out --noise or choose --device cpu.");
        NoisyProgram placed = noise.File.Prepare(QuantumProgram.From(circuit), readsQubits: true);
        _readout = AtPlaces(readout, placed.FinalLayout);
        _trajectories = noise.Trajectories;
        _plan = TrajectoryPlanner.Plan(placed.Program);
        ReadoutNoise errors = noise.File.ModelFor(circuit.QubitCount).ReadoutOfQubits(circuit.QubitCount);
        _map = ReadoutMap.Confusion(_readout, errors);
        if (noise.Mitigation == Mitigation.Readout)
        {
            ReadoutNoise calibrated = ReadoutCalibration.Tensored(new SimulatedReadoutDevice(errors, noise.Seed), noise.CalibrationShots);
            _map = _map.Then(ReadoutMap.Correction(_readout, calibrated));
        }
    }

    public void Evaluate(Bindings<float> bindings, int batch, Span<float> values, CircuitRandomness randomness, bool training)
    {
        var each = new float[(long)batch * _trajectories * _readout.Count];
        _backend.RunTrajectories(_plan, _readout, bindings, batch, Run(randomness), each);
        Average(each, values);
    }

    public IDisposable Forward(Bindings<float> bindings, int batch, Span<float> values, CircuitRandomness randomness, bool training)
    {
        var each = new float[(long)batch * _trajectories * _readout.Count];
        TrajectoryTape<float> tape = _backend.ForwardTrajectories(_plan, _readout, bindings, batch, Run(randomness), each);
        Average(each, values);
        return tape;
    }

    public void Backward(IDisposable record, ReadOnlySpan<float> cotangents, Span<float> angleGradients, Span<float> inputGradients)
    {
        float[] pulled = cotangents.ToArray();
        _map.ApplyTransposed<float>(pulled);
        int count = _readout.Count;
        var each = new float[(long)pulled.Length * _trajectories];
        for (int row = 0; row < each.Length / count; row++)
        {
            for (int k = 0; k < count; k++)
            {
                each[(row * count) + k] = pulled[(row / _trajectories * count) + k] / _trajectories;
            }
        }

        _backend.BackwardTrajectories((TrajectoryTape<float>)record, each, angleGradients, inputGradients);
    }

    /// <summary>The readout of the qubits where exchanges have left them, in the same order of values.</summary>
    private static Readout AtPlaces(Readout readout, ImmutableArray<int> layout)
    {
        if (layout.SequenceEqual(Enumerable.Range(0, layout.Length)))
        {
            return readout;
        }

        return readout.IsBorn
            ? throw new UserErrorException(
                "Born probabilities are read from circuits whose qubits stay where they are, and on this chip they need exchanges; measure Pauli strings, or couple neighbours of a line alone.")
            : Readout.Expectations([.. readout.Strings.Select(s => PauliString.From([.. s.Factors.Select(f => (layout[f.Qubit], f.Pauli))]))]);
    }

    private TrajectoryRun Run(CircuitRandomness randomness) => new(_trajectories, randomness.Seed, randomness.FirstSample * _trajectories);

    private void Average(float[] each, Span<float> values)
    {
        int count = _readout.Count;
        for (int sample = 0; sample < values.Length / count; sample++)
        {
            for (int k = 0; k < count; k++)
            {
                double sum = 0;
                for (int t = 0; t < _trajectories; t++)
                {
                    sum += each[(((sample * _trajectories) + t) * count) + k];
                }

                values[(sample * count) + k] = (float)(sum / _trajectories);
            }
        }

        _map.Apply(values);
    }
}
