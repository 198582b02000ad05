using System.Runtime.CompilerServices;
using QDiff.Engine.Observables;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Density;

/// <summary>
/// A program lowered to few passes over a density matrix in the Pauli basis, ready for a backend. Immutable; made by
/// <see cref="DensityPlanner"/>.
/// </summary>
public sealed class DensityPlan
{
    private readonly ConditionalWeakTable<Readout, ReadoutPlaces> _readouts = [];

    /// <summary>Numbers in a row.</summary>
    internal const int RowLength = 16;

    /// <summary>Registers of at least this many qubits have two qubits in the lanes; smaller ones have 16 samples there.</summary>
    internal const int LaneQubitsFrom = 5;

    internal DensityPlan(
        QuantumProgram program, DensityPass[] passes, DensityOperation[] sequence, NumericOperation[] operations, long[] finalStrides)
    {
        Program = program;
        Passes = passes;
        Sequence = sequence;
        Operations = operations;
        FinalStrides = finalStrides;
        InitialStrides = Strides(program.QubitCount);
        IsInvertible = operations.All(operation => operation.IsOrthogonal) && passes.All(pass => pass.Shrinking is null);
        int entries = 0, sums = 0;
        foreach (NumericOperation operation in operations)
        {
            operation.Place(ref entries, ref sums);
        }

        HasInputs = operations.Any(operation => operation.HasInputs);
        EntryCount = entries;
        SumCount = sums;
        FirstDifferentiable = Array.FindIndex(passes, pass => pass.IsDifferentiable);
        FirstDifferentiable = FirstDifferentiable < 0 ? passes.Length : FirstDifferentiable;
        for (int p = 0; p < passes.Length; p++)
        {
            foreach (DensityStep step in passes[p].Steps)
            {
                long count = Count(step);
                ForwardOperations += count;
                if (p >= FirstDifferentiable)
                {
                    // The state again, the co-state, and their products.
                    BackwardOperations += 2 * count + (step is NumericStep { Operation.IsDifferentiable: true } ? count : 0);
                }
            }

            long move = passes[p].Final is { HasSigns: true } || passes[p].Shrinking is not null ? Coefficients : 0;
            ForwardOperations += move;
            BackwardOperations += p >= FirstDifferentiable ? 2 * move : 0;
        }
    }

    /// <summary>The program that was planned.</summary>
    public QuantumProgram Program { get; }

    /// <summary>Number of qubits n.</summary>
    public int QubitCount => Program.QubitCount;

    /// <summary>Whether the program is unitary, so that a backward run can take the final state back instead of keeping states.</summary>
    public bool IsInvertible { get; }

    /// <summary>Passes over all 4^n coefficients in a forward run.</summary>
    public int PassCount => Passes.Length;

    /// <summary>Multiply-adds (a lone addition or multiplication counts as one) for one sample, forward.</summary>
    public long ForwardOperations { get; }

    /// <summary>Multiply-adds for one sample in the backward sweep over state and co-state.</summary>
    public long BackwardOperations { get; }

    /// <summary>Bytes read and written for one sample of a forward run when no pass finds its coefficients in a cache.</summary>
    /// <param name="bytesPerNumber">4 for float, 8 for double.</param>
    public long ForwardBytes(int bytesPerNumber) => (long)PassCount * 2 * bytesPerNumber * Coefficients;

    internal DensityPass[] Passes { get; }

    /// <summary>All operations in the order of the program, for backends that form passes of their own.</summary>
    internal DensityOperation[] Sequence { get; }

    /// <summary>Every map whose entries a run works out, in the order of the passes.</summary>
    internal NumericOperation[] Operations { get; }

    /// <summary>Whether any map differs between samples.</summary>
    internal bool HasInputs { get; }

    /// <summary>Entries of all maps.</summary>
    internal int EntryCount { get; }

    /// <summary>Entries of all maps that a gradient goes through.</summary>
    internal int SumCount { get; }

    /// <summary>The earliest pass that a gradient goes through: the backward sweep ends there.</summary>
    internal int FirstDifferentiable { get; }

    /// <summary>4^n.</summary>
    internal long Coefficients => 1L << (2 * QubitCount);

    /// <summary>Whether the lanes are two qubits of one state, and not 16 samples.</summary>
    internal bool HasLaneQubits => AreLanesQubits(QubitCount);

    /// <summary>Distance in numbers between neighbouring digits of each qubit before the first pass.</summary>
    internal long[] InitialStrides { get; }

    /// <summary>The same after the last pass.</summary>
    internal long[] FinalStrides { get; }

    internal ReadoutPlaces For(Readout readout) => _readouts.GetValue(readout, r => new ReadoutPlaces(r, FinalStrides));

    /// <summary>Numbers in a state, or in a tile of 16 states.</summary>
    internal long StateLength => (RowPlace((HasLaneQubits ? Coefficients / RowLength : Coefficients) - 1) + 1) * RowLength;

    internal static bool AreLanesQubits(int qubits) => qubits >= LaneQubitsFrom;

    /// <summary>
    /// Where a row lies: one row is left empty after every 64, and one more after every 4096, so that rows at a distance of a power of 4, which is
    /// what a block is made of, do not all compete for the same few lines of a cache. The place of a sum of rows without common
    /// digits is the sum of their places.
    /// </summary>
    internal static long RowPlace(long row) => row + (row >> 6) + (row >> 12);

    /// <summary>The distance between neighbouring digits at a position of the row number.</summary>
    internal static long RowStride(int position) => RowLength * RowPlace(1L << (2 * position));

    /// <summary>The order of states that no pass has touched: qubit 0 first.</summary>
    internal static long[] Strides(int qubits) =>
        [.. Enumerable.Range(0, qubits).Select(q => !AreLanesQubits(qubits) ? RowStride(q) : q < 2 ? 1L << (2 * q) : RowStride(q - 2))];

    private long Count(DensityStep step) => step switch
    {
        NumericStep { Operation: var operation } => Coefficients / (1 << (2 * operation.Qubits.Length)) * operation.Entries,
        MoveStep { Move.HasSigns: true } => Coefficients,
        _ => 0,
    };
}
