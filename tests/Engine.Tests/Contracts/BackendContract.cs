using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Planning;
using QDiff.Engine.States;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Contracts;

/// <summary>What every contract body needs; a fixture supplies the backend, and its precision is T.</summary>
public abstract class BackendContract<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lazy<IBackend> _backend;

    protected BackendContract() => _backend = new Lazy<IBackend>(() => Create(null));

    protected IBackend Backend => _backend.Value;

    protected static string Precision => typeof(T).Name;

    /// <summary>The largest register of the large cases: smaller where the backend checks every access of its kernels and takes long.</summary>
    protected virtual int MostQubits => 30;

    /// <summary>The largest batch of the large cases.</summary>
    protected virtual int MostBatch => int.MaxValue;

    /// <summary>Of many random cases every how many are run.</summary>
    protected virtual int CaseStride => 1;

    /// <summary>A backend with a number of threads; null for its own choice.</summary>
    protected abstract IBackend Create(int? threads);

    public void Dispose()
    {
        if (_backend.IsValueCreated)
        {
            _backend.Value.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    internal static T[] Convert(double[] numbers) => [.. numbers.Select(T.CreateChecked)];

    internal static StateVectorBatch<T> Batch(IReadOnlyList<DenseState> states)
    {
        var amplitudes = new Complex[states.Count, states[0].Amplitudes.Length];
        for (var sample = 0; sample < states.Count; sample++)
        {
            for (var k = 0; k < amplitudes.GetLength(1); k++)
            {
                amplitudes[sample, k] = states[sample].Amplitudes[k];
            }
        }

        return StateVectorBatch<T>.FromComplex(amplitudes);
    }

    /// <summary>Applies the circuit to copies of the states and compares every amplitude with the reference's results; <paramref name="extra"/> adds to the tolerance.</summary>
    internal void AssertApplies(
        Circuit circuit, double[] parameters, double[] inputs, IReadOnlyList<DenseState> initial, IReadOnlyList<DenseState> expected, string what,
        double extra = 0)
    {
        var tolerance = Tolerances.Amplitude<T>() + extra;
        using var states = Batch(initial);
        Backend.Apply(Planner.Plan(circuit), new Bindings<T>(Convert(parameters), Convert(inputs)), states);
        for (var sample = 0; sample < initial.Count; sample++)
        {
            double[] real = [.. expected[sample].Amplitudes.Select(a => a.Real)];
            double[] imaginary = [.. expected[sample].Amplitudes.Select(a => a.Imaginary)];
            Comparison.AssertClose<T>(real, states.Real(sample), tolerance, $"{what}, {Precision}, batch {initial.Count}, sample {sample}, real parts");
            Comparison.AssertClose<T>(
                imaginary, states.Imaginary(sample), tolerance, $"{what}, {Precision}, batch {initial.Count}, sample {sample}, imaginary parts");
        }
    }
}
