using System.Numerics;

namespace QDiff.Engine.Planning;

/// <summary>
/// One sweep of a wide plan: steps that act within blocks of tiles, so that a block can go through all of them while it lies in a
/// cache. The tiles of a block differ by the span of a few tile masks.
/// </summary>
internal sealed class WideBlock
{
    private readonly int[] _free;

    /// <param name="tileBits">Bits of a tile index of the state.</param>
    /// <param name="span">The masks, of which each has its lowest bit to itself.</param>
    public WideBlock(int tileBits, int[] span)
    {
        Span = span;
        TileBits = span.Length;
        Offsets = new int[1 << span.Length];
        for (int tile = 1; tile < Offsets.Length; tile++)
        {
            Offsets[tile] = Offsets[tile & (tile - 1)] ^ span[BitOperations.TrailingZeroCount(tile)];
        }

        int pivots = span.Aggregate(0, (mask, row) => mask | (row & -row));
        _free = [.. Enumerable.Range(0, tileBits).Where(b => ((pivots >> b) & 1) == 0)];
    }

    /// <summary>Bits of a tile index within a block.</summary>
    public int TileBits { get; }

    /// <summary>What flipping each bit of a block's tile index does to the state's tile index.</summary>
    public int[] Span { get; }

    /// <summary>For each tile of a block, its distance from the block's origin.</summary>
    public int[] Offsets { get; }

    /// <summary>Number of blocks.</summary>
    public int Count => 1 << _free.Length;

    /// <summary>Whether one block is the whole state, which then lies in it in order.</summary>
    public bool IsWhole => _free.Length == 0;

    /// <summary>In order of a forward run. Tile bits in them are those of a block.</summary>
    public WideStep[] Steps { get; private set; } = [];

    /// <summary>First of the wide plan's slots that the steps use.</summary>
    public int FirstSlot { get; private set; }

    public int SlotCount { get; private set; }

    public int DenseCount { get; private set; }

    public bool IsDifferentiable { get; private set; }

    /// <summary>Multiply-adds of the steps for one lane of one block.</summary>
    public long ForwardOperations { get; private set; }

    /// <summary>Takes the steps, which use a range of slots.</summary>
    public void Fill(WideStep[] steps, int firstSlot, int slotCount)
    {
        Steps = steps;
        FirstSlot = firstSlot;
        SlotCount = slotCount;
        DenseCount = steps.Count(step => step is WideDense);
        IsDifferentiable = steps.Any(step => step.IsDifferentiable);
        ForwardOperations = steps.Sum(step => step switch
        {
            WideRotation rotation => OperationCount.Forward(rotation.Step),
            WideDense dense => OperationCount.Dense(TileBits, dense.Step.Operation.Qubits.Length),
            _ => 0,
        });
    }

    /// <summary>The state's tile of a block's tile 0.</summary>
    public int Origin(int block)
    {
        int tile = 0;
        for (int b = 0; block >> b != 0; b++)
        {
            tile |= ((block >> b) & 1) << _free[b];
        }

        return tile;
    }

    /// <summary>A tile of the state as its place within a block.</summary>
    public int Local(int tile)
    {
        int local = 0;
        for (int b = 0; b < Span.Length; b++)
        {
            local |= (tile & Span[b] & -Span[b]) != 0 ? 1 << b : 0;
        }

        return local;
    }

    /// <summary>Where a transpose within the blocks moves a place of the state.</summary>
    public int Moved(WideTranspose transpose, int place, int laneBits)
    {
        int tile = place >> laneBits, local = Local(tile);
        int moved = transpose.Moved((local << laneBits) | (place & ((1 << laneBits) - 1)), laneBits);
        return ((tile ^ Offsets[local] ^ Offsets[moved >> laneBits]) << laneBits) | (moved & ((1 << laneBits) - 1));
    }
}
