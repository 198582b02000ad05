using System.Numerics;
using QDiff.Engine.Observables;

namespace QDiff.Engine.Planning;

/// <summary>A readout of one state that lies in storage with the lanes along its amplitudes.</summary>
internal sealed class WideReadout
{
    public WideReadout(Readout readout, IndexMap map, WideStorage storage)
    {
        IsBorn = readout.IsBorn;
        Count = readout.Count;
        storage = storage.Clone();
        Frame = storage.Frame(map);
        Steps = [.. ReadParities(readout, Frame), .. ReadFlips(readout, map, storage)];
    }

    public bool IsBorn { get; }

    public int Count { get; }

    /// <summary>Where amplitudes lie before the first step.</summary>
    public WideFrame Frame { get; }

    /// <summary>Passes that read, and transposes that free a flip from the lanes.</summary>
    public WideReadStep[] Steps { get; }

    private static IEnumerable<WideReadStep> ReadParities(Readout readout, WideFrame frame)
    {
        int bits = frame.TileBits;
        var laneOnly = new List<WideOutput>();
        var masks = new List<int>();
        var outputs = new List<WideOutput>();
        for (int k = 0; k < readout.Strings.Count; k++)
        {
            if (readout.Strings[k].XMask != 0)
            {
                continue;
            }

            var (tile, lane, negative) = Parity(frame, readout.Strings[k].ZMask);
            if (tile == 0)
            {
                laneOnly.Add(new WideOutput(k, bits, lane, negative));
            }
            else
            {
                masks.Add(tile);
                outputs.Add(new WideOutput(k, 0, lane, negative));
            }
        }

        var passes = ParityBasis.Partition(bits, masks);
        if (passes.Count == 0 && laneOnly.Count > 0)
        {
            yield return new WideParityRead(new PassGeometry(IndexMap.Identity(bits), 0, 1), [.. laneOnly]);
        }

        foreach (var (rows, members) in passes)
        {
            List<WideOutput> here = [.. members.Select(m => outputs[m.Item] with { Bit = m.Bit }), .. laneOnly];
            laneOnly.Clear();
            yield return new WideParityRead(new PassGeometry(IndexMap.Identity(bits).InBasis(rows), 0, 1), [.. here]);
        }
    }

    private static List<WideReadStep> ReadFlips(Readout readout, IndexMap map, WideStorage storage)
    {
        var steps = new List<WideReadStep>();
        List<int> pending = [.. Enumerable.Range(0, readout.Strings.Count).Where(k => readout.Strings[k].XMask != 0)];
        while (pending.Count > 0)
        {
            var frame = storage.Frame(map);
            List<int> free = [.. pending.Where(k => Flip(frame, readout.Strings[k].XMask).Lane == 0)];
            if (free.Count == 0)
            {
                steps.Add(new WideReadTranspose(storage.Transpose(pending.Select(k => Flip(frame, readout.Strings[k].XMask).Tile))));
                continue;
            }

            pending.RemoveAll(free.Contains);
            steps.AddRange(free.Select(k => ReadFlip(readout.Strings[k], k, frame)));
        }

        return steps;
    }

    /// <summary>One string with an X part that flips the tile alone: in a fitting basis it is X or Y of bit 0 and perhaps Z of bit 1.</summary>
    private static WideReadStep ReadFlip(PauliString text, int output, WideFrame frame)
    {
        int bits = frame.TileBits;
        int flip = Flip(frame, text.XMask).Tile;
        var (tile, lane, negative) = Parity(frame, text.ZMask);
        bool isY = (BitOperations.PopCount((uint)(tile & flip)) & 1) != 0;
        int first = isY ? tile : flip & -flip;
        var rows = new List<int> { first };
        var basis = new ParityBasis(bits);
        basis.TryAdd(first);
        bool hasZ = !isY && tile != 0;
        for (int candidate = hasZ ? -1 : 0; candidate < bits; candidate++)
        {
            // All rows but the first vanish on the flip, so that it is the flip of bit 0.
            int row = candidate < 0 ? tile : 1 << candidate;
            row ^= (BitOperations.PopCount((uint)(row & flip)) & 1) != 0 ? first : 0;
            if (row != 0 && basis.TryAdd(row))
            {
                rows.Add(row);
            }
        }

        // By rising flips, so that bits which count neighbouring groups lie close together in storage.
        int fixedRows = hasZ ? 2 : 1;
        int[] flips = IndexMap.Identity(bits).InBasis(rows.ToArray()).Flips;
        rows = [.. rows.Take(fixedRows), .. Enumerable.Range(fixedRows, bits - fixedRows).OrderBy(bit => flips[bit]).Select(bit => rows[bit])];

        int before = BitOperations.PopCount((uint)(text.XMask & text.ZMask));
        int sign = ((before - (isY ? 1 : 0)) & 3) == 0 ? 1 : -1;
        var geometry = new PassGeometry(IndexMap.Identity(bits).InBasis(rows.ToArray()), 0, 1);
        return new WidePairRead(geometry, new PairString(output, 1, (isY ? 1 : 0) | (hasZ ? 2 : 0), sign), new WideOutput(output, 0, lane, negative));
    }

    private static (int Tile, int Lane) Flip(WideFrame frame, int mask)
    {
        int tile = 0, lane = 0;
        for (int q = 0; mask >> q != 0; q++)
        {
            if (((mask >> q) & 1) != 0)
            {
                tile ^= frame.TileFlips(q);
                lane ^= frame.LaneFlips(q);
            }
        }

        return (tile, lane);
    }

    private static (int Tile, int Lane, bool Negative) Parity(WideFrame frame, int mask)
    {
        int tile = 0, lane = 0;
        bool negative = false;
        for (int q = 0; mask >> q != 0; q++)
        {
            if (((mask >> q) & 1) != 0)
            {
                tile ^= frame.TileParity(q);
                lane ^= frame.LaneParity(q);
                negative ^= frame.IsNegative(q);
            }
        }

        return (tile, lane, negative);
    }
}

/// <summary>One step of a wide readout.</summary>
internal abstract record WideReadStep;

/// <summary>Moves the amplitudes.</summary>
internal sealed record WideReadTranspose(WideTranspose Transpose) : WideReadStep;

/// <summary>Strings of Z, each the parity of one tile bit and of some lane bits.</summary>
internal sealed record WideParityRead(PassGeometry Geometry, WideOutput[] Outputs) : WideReadStep;

/// <summary>A string with flips.</summary>
internal sealed record WidePairRead(PassGeometry Geometry, PairString Text, WideOutput Sign) : WideReadStep;

/// <summary>A value of the readout.</summary>
/// <param name="Output">Which one.</param>
/// <param name="Bit">Tile bit; the number of tile bits where only the lane matters.</param>
/// <param name="LaneMask">Lane bits whose parity signs it.</param>
/// <param name="Negative">Whether it is signed in all lanes.</param>
internal readonly record struct WideOutput(int Output, int Bit, int LaneMask, bool Negative)
{
    public int Sign(int lane) => new WideSlot(0, LaneMask, Negative).Sign(lane);
}
