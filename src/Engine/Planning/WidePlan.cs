using System.Runtime.CompilerServices;
using QDiff.Engine.Observables;

namespace QDiff.Engine.Planning;

/// <summary>
/// A plan for one state at a time, with the lanes of a vector along its amplitudes. The low bits of an amplitude's place in storage are its
/// lane, the others its tile; both are parities of the logical index. A flip that leaves the lane alone runs
/// through the same kernels as a batch, with coefficients whose sign differs from lane to lane where the lane takes part in the
/// qubit's parity. Before a flip that would change the lane, lanes and tiles are transposed so that it does not. States larger than
/// a cache are swept block by block (<see cref="WideSchedule"/>), and signs differ from block to block too.
/// </summary>
internal sealed class WidePlan
{
    private readonly ConditionalWeakTable<Readout, WideReadout> _readouts = [];
    private readonly Plan _plan;
    private readonly WideStorage _storage;

    /// <param name="plan">The circuit.</param>
    /// <param name="laneBits">Binary logarithm of the numbers in a vector.</param>
    /// <param name="blockQubits">Blocks have 2^this amplitudes; at least <see cref="LeastBlockQubits"/>.</param>
    public WidePlan(Plan plan, int laneBits, int blockQubits)
    {
        _plan = plan;
        int qubits = plan.QubitCount, tileBits = qubits - laneBits;
        _storage = new WideStorage(qubits, laneBits);
        var operations = WideOperation.Of(plan);
        List<WideSweep> sweeps = qubits > blockQubits && operations.Count > 0
            ? WideSchedule.Build(operations, laneBits, blockQubits)
            : [new WideSweep(operations, [], [])];
        var angles = new List<AngleSlot>();
        var slots = new List<WideSlot>();
        var blocks = new List<WideBlock>();
        foreach (var sweep in sweeps)
        {
            // The sweep's masks, and where there is room for more, masks of neighbouring tiles.
            int dimensions = Math.Min(blockQubits, qubits) - laneBits;
            var span = new BitSpan(sweep.Span.Select(mask => _storage.Place(mask) >> laneBits));
            for (int b = 0; span.Dimension < dimensions; b++)
            {
                span.TryAdd(1 << b);
            }

            var block = new WideBlock(tileBits, span.Rows);
            int firstSlot = slots.Count;
            var builder = new WideBlockBuilder(laneBits, dimensions, Localized(sweep.Operations, block, laneBits), plan.Slots, angles, slots);
            var steps = builder.Build([.. sweep.NextLanes.Select(mask => Local(block, _storage.Place(mask), laneBits))]);
            block.Fill(steps, firstSlot, slots.Count - firstSlot);
            foreach (var transpose in builder.Transposes)
            {
                _storage.Move(place => block.Moved(transpose, place, laneBits));
            }

            blocks.Add(block);
        }

        Blocks = [.. blocks];
        Slots = [.. slots];
        MostSlots = blocks.Max(block => block.SlotCount);
        MostDense = blocks.Max(block => block.DenseCount);
        FinalFrame = _storage.Frame(plan.FinalMap);
        ForwardOperations = blocks.Sum(block => (long)block.Count * block.ForwardOperations) << laneBits;
        FirstDifferentiable = Array.FindIndex(Blocks, block => block.IsDifferentiable);
        FirstDifferentiable = FirstDifferentiable < 0 ? Blocks.Length : FirstDifferentiable;
    }

    /// <summary>Least number of qubits: three flips must leave as many parities free as there are lane bits.</summary>
    public static int LeastQubits(int laneBits) => 2 * laneBits + 3;

    /// <summary>
    /// Least dimension of a block of a larger state: as many flips as there are lane bits must leave that many parities free, and those of a
    /// three-qubit gate must fit beside the lanes.
    /// </summary>
    public static int LeastBlockQubits(int laneBits) => Math.Max(3 * laneBits, LeastQubits(laneBits));

    /// <summary>The sweeps over the state, in order.</summary>
    public WideBlock[] Blocks { get; }

    public WideSlot[] Slots { get; }

    /// <summary>The most slots that a sweep has.</summary>
    public int MostSlots { get; }

    /// <summary>The most dense gates that a sweep has.</summary>
    public int MostDense { get; }

    /// <summary>Multiply-adds of the steps for one sample, forward.</summary>
    public long ForwardOperations { get; }

    /// <summary>How often a forward run reads or writes all amplitudes in memory between loading the state and reading it out.</summary>
    public int Transfers => Blocks.Sum(block => block.IsWhole ? 0 : 2);

    /// <summary>The first sweep with a differentiable parameter.</summary>
    public int FirstDifferentiable { get; }

    /// <summary>Where amplitudes lie after the last step.</summary>
    public WideFrame FinalFrame { get; }

    public WideReadout For(Readout readout) =>
        _readouts.TryGetValue(readout, out var known) ? known : _readouts.GetValue(readout, r => new WideReadout(r, _plan.FinalMap, _storage));

    private List<WideOperation> Localized(List<WideOperation> operations, WideBlock block, int laneBits)
    {
        int laneMask = (1 << laneBits) - 1, qubits = _plan.QubitCount;

        // What a place has to do with the bits of the physical index.
        var frame = _storage.Frame(IndexMap.Identity(qubits));
        int TileParity(int mask) => Enumerable.Range(0, qubits).Where(b => ((mask >> b) & 1) != 0).Aggregate(0, (sum, b) => sum ^ frame.TileParity(b));
        int LaneParity(int mask) => Enumerable.Range(0, qubits).Where(b => ((mask >> b) & 1) != 0).Aggregate(0, (sum, b) => sum ^ frame.LaneParity(b));
        int LocalParity(int mask)
        {
            int tile = TileParity(mask), local = 0;
            for (int b = 0; b < block.TileBits; b++)
            {
                local |= WideOperation.Odd(tile & block.Span[b]) ? 1 << b : 0;
            }

            return (local << laneBits) | (LaneParity(mask) & laneMask);
        }

        return [.. operations.Select(o => o with
        {
            Flips = [.. o.Flips.Select(flip => Local(block, _storage.Place(flip), laneBits))],
            Parities = [.. o.Parities.Select(LocalParity)],
            Outer = [.. o.Parities.Select(TileParity)],
        })];
    }

    private static int Local(WideBlock block, int place, int laneBits) =>
        (block.Local(place >> laneBits) << laneBits) | (place & ((1 << laneBits) - 1));
}
