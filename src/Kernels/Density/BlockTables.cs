using System.Runtime.CompilerServices;
using QDiff.Engine.Density;

namespace QDiff.Kernels.Density;

/// <summary>
/// A density plan as flat arrays for a device: passes whose blocks fit a group's shared memory, each a row of steps, and the tables that the steps
/// read. The numbers of the maps stay where the plan has placed them.
/// </summary>
internal sealed class BlockTables
{
    /// <summary>Integers of a step.</summary>
    public const int StepLength = 10;

    /// <summary>What a step does: <see cref="Move"/>, <see cref="Unital"/>, <see cref="Affine"/> or <see cref="Sparse"/>.</summary>
    public const int Kind = 0;

    /// <summary>First entry of the map among the entries of the plan.</summary>
    public const int Entries = 1;

    /// <summary>Number of entries.</summary>
    public const int EntryCount = 2;

    /// <summary>The map's digits: the shift of the first, of the second (8 bits on) and the third (16 bits on).</summary>
    public const int Shifts = 3;

    /// <summary>Number of the map's digits.</summary>
    public const int Digits = 4;

    /// <summary>
    /// The table for the way forward. Of a move: where each coefficient comes from, complemented where its sign changes. Of a sparse map: the start of each row's
    /// entries, [4^m + 1], and then for each entry the place that it reads and its own number.
    /// </summary>
    public const int Forward = 5;

    /// <summary>The same of the transposed map.</summary>
    public const int Transposed = 6;

    /// <summary>First sum of the map among those of its pass, or −1 when no gradient goes through it.</summary>
    public const int Sums = 7;

    /// <summary>Number of the map among those of its pass that a gradient goes through.</summary>
    public const int Saved = 8;

    /// <summary>Of a sparse map: for each entry the place of its row and that of its column.</summary>
    public const int Pairs = 9;

    /// <summary>new[i] = ±old[source[i]].</summary>
    public const int Move = 0;

    /// <summary>One qubit, 3 × 3 entries: the identity's coefficient stays.</summary>
    public const int Unital = 1;

    /// <summary>One qubit, 4 × 4 entries.</summary>
    public const int Affine = 2;

    /// <summary>One to three qubits, the entries that are not 0.</summary>
    public const int Sparse = 3;

    /// <summary>Coefficients of 16 neighbours are loaded together: 64 bytes of floats.</summary>
    private const int ReservedQubits = 2;

    private static readonly ConditionalWeakTable<DensityPlan, BlockTables>[] Known = [[], []];

    private readonly List<int> _steps = [];
    private readonly List<int> _tables = [];
    private readonly List<int> _gradients = [];
    private readonly Dictionary<int[], int> _placed = new(ReferenceEqualityComparer.Instance);

    private BlockTables(DensityPlan plan, int blockQubits)
    {
        BlockQubits = blockQubits;
        DensityPass[] passes = PassFormation.Blocks(plan, blockQubits, ReservedQubits);
        Passes = [.. passes.Select(Add)];
        Steps = [.. _steps];
        Tables = [.. _tables];
        GradientOfSum = [.. _gradients];
        FirstDifferentiable = Array.FindIndex(Passes, pass => pass.SavedCount > 0);
        FirstDifferentiable = FirstDifferentiable < 0 ? Passes.Length : FirstDifferentiable;
    }

    /// <summary>Most qubits of a block.</summary>
    public int BlockQubits { get; }

    /// <summary>The passes, in order.</summary>
    public BlockPass[] Passes { get; }

    /// <summary>[steps of all passes, <see cref="StepLength"/>].</summary>
    public int[] Steps { get; }

    /// <summary>All tables.</summary>
    public int[] Tables { get; }

    /// <summary>For every sum, pass after pass: its place in the plan's table of sums.</summary>
    public int[] GradientOfSum { get; }

    /// <summary>The earliest pass that a gradient goes through.</summary>
    public int FirstDifferentiable { get; }

    /// <summary>The tables of a plan. Made once for each plan and size.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="isDouble">Whether coefficients have 8 bytes; blocks of those have one qubit less.</param>
    public static BlockTables Of(DensityPlan plan, bool isDouble) => isDouble
        ? Known[1].GetValue(plan, static p => new BlockTables(p, BlockMemory.DoubleQubits))
        : Known[0].GetValue(plan, static p => new BlockTables(p, BlockMemory.SingleQubits));

    private BlockPass Add(DensityPass pass)
    {
        int first = _steps.Count / StepLength, saved = 0, sums = 0, replay = 0;
        foreach (DensityStep step in pass.Steps)
        {
            if (step is MoveStep { Move: var move })
            {
                Add(move);
                continue;
            }

            var numeric = (NumericStep)step;
            bool differentiable = numeric.Operation.IsDifferentiable;
            Add(numeric, differentiable ? sums : -1, saved);
            if (differentiable)
            {
                _gradients.AddRange(Enumerable.Range(numeric.Operation.Gradient, numeric.Operation.Entries));
                sums += numeric.Operation.Entries;
                saved++;
                replay = _steps.Count / StepLength - first;
            }
        }

        if (pass.Final is { } final)
        {
            Add(final);
        }

        return new BlockPass(
            pass.Rows, pass.Bases.Length, Place(pass.Offsets), Place(pass.Bases), first, _steps.Count / StepLength - first, replay, saved, sums,
            pass.Shrinking?.RowMask ?? 0, pass.Shrinking?.Factor ?? 1);
    }

    private void Add(SignedPermutation move)
    {
        int size = move.Source.Length;
        int[] forward = new int[size], transposed = new int[size];
        for (int i = 0; i < size; i++)
        {
            forward[i] = move.Negative[i] ? ~move.Source[i] : move.Source[i];
            transposed[move.Source[i]] = move.Negative[i] ? ~i : i;
        }

        _steps.AddRange([Move, 0, 0, 0, 0, Place(forward), Place(transposed), -1, 0, 0]);
    }

    private void Add(NumericStep step, int sums, int saved)
    {
        NumericOperation operation = step.Operation;
        int digits = step.Places.Length, shifts = 0;
        for (int d = 0; d < digits; d++)
        {
            shifts |= (2 * step.Places[d]) << (8 * d);
        }

        if (operation is LocalOperation local)
        {
            _steps.AddRange([local.IsUnital ? Unital : Affine, operation.Offset, operation.Entries, shifts, digits, 0, 0, sums, saved, 0]);
            return;
        }

        var transfer = (TransferOperation)operation;
        int size = 1 << (2 * digits);
        var rows = new int[operation.Entries];
        for (int row = 0; row < size; row++)
        {
            Array.Fill(rows, row, transfer.RowStart[row], transfer.RowStart[row + 1] - transfer.RowStart[row]);
        }

        int[] pairs = [.. rows.Zip(transfer.Columns, (row, column) => new[] { step.Locals[row], step.Locals[column] }).SelectMany(pair => pair)];
        _steps.AddRange(
        [
            Sparse, operation.Offset, operation.Entries, shifts, digits, Place(Compressed(rows, transfer.Columns, step.Locals)),
            Place(Compressed(transfer.Columns, rows, step.Locals)), sums, saved, Place(pairs),
        ]);
    }

    // The entries row by row: starts, then for each the place it reads and its number.
    private static int[] Compressed(int[] rows, int[] columns, int[] locals)
    {
        var table = new int[locals.Length + 1 + 2 * rows.Length];
        int next = 0;
        for (int row = 0; row < locals.Length; row++)
        {
            for (int e = 0; e < rows.Length; e++)
            {
                if (rows[e] == row)
                {
                    table[locals.Length + 1 + 2 * next] = locals[columns[e]];
                    table[locals.Length + 2 + 2 * next++] = e;
                }
            }

            table[row + 1] = next;
        }

        return table;
    }

    // Tables that passes share are placed once.
    private int Place(int[] table)
    {
        if (!_placed.TryGetValue(table, out int at))
        {
            _placed[table] = at = _tables.Count;
            _tables.AddRange(table);
        }

        return at;
    }
}
