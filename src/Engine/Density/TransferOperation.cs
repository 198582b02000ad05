using System.Collections.Immutable;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;

namespace QDiff.Engine.Density;

/// <summary>A gate or channel on 1-3 qubits for which nothing better is known: the entries of its matrix that are not 0.</summary>
internal sealed record TransferOperation : NumericOperation
{
    /// <summary>Rounding of M Mᵀ for matrices up to 64 × 64.</summary>
    public const double OrthogonalTolerance = 1e-12;

    private readonly ImmutableArray<Parameter> _parameters;

    /// <summary>A constant matrix.</summary>
    public TransferOperation(ImmutableArray<int> qubits, double[,] constant)
        : this(qubits, constant, null, [], [constant])
    {
    }

    /// <summary>A gate with parameters.</summary>
    public TransferOperation(ImmutableArray<int> qubits, GateDefinition gate, ImmutableArray<Parameter> parameters)
        : this(qubits, null, gate, parameters, [.. Enumerable.Range(0, 3).Select(probe => Probe(gate, probe))])
    {
    }

    private TransferOperation(
        ImmutableArray<int> qubits, double[,]? constant, GateDefinition? gate, ImmutableArray<Parameter> parameters, double[][,] samples)
        : base(qubits)
    {
        Constant = constant;
        Gate = gate;
        _parameters = parameters;
        int size = 1 << (2 * qubits.Length);
        RowStart = new int[size + 1];
        var columns = new List<int>();
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                if (samples.Any(sample => sample[i, j] != 0))
                {
                    columns.Add(j);
                }
            }

            RowStart[i + 1] = columns.Count;
        }

        Columns = [.. columns];
        IsOrthogonal = gate is not null || IsOrthogonalMatrix(constant!);
    }

    /// <summary>[4^k, 4^k] without parameters; null with.</summary>
    public double[,]? Constant { get; }

    /// <summary>The gate with parameters; null without.</summary>
    public GateDefinition? Gate { get; }

    /// <summary>Values of the gate's parameters.</summary>
    public ImmutableArray<Parameter> GateParameters => _parameters;

    /// <summary>[4^k + 1]: where the entries of each row begin.</summary>
    public int[] RowStart { get; }

    /// <summary>The column of each entry.</summary>
    public int[] Columns { get; }

    /// <inheritdoc/>
    public override int Entries => Columns.Length;

    /// <inheritdoc/>
    public override IEnumerable<Parameter> Parameters => _parameters;

    /// <inheritdoc/>
    public override bool IsOrthogonal { get; }

    // Angles at which no entry is 0 that is not 0 at all others.
    private static double[,] Probe(GateDefinition gate, int probe) =>
        PauliTransfer.Of(gate, [.. Enumerable.Range(0, gate.ParameterCount).Select(p => Math.Sqrt(2 + probe + 3 * p))]);

    private static bool IsOrthogonalMatrix(double[,] m)
    {
        int size = m.GetLength(0);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = i == j ? -1 : 0;
                for (int k = 0; k < size; k++)
                {
                    sum += m[i, k] * m[j, k];
                }

                if (Math.Abs(sum) > OrthogonalTolerance)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
