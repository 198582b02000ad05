using System.Runtime.CompilerServices;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Kernels.StateVectors;

namespace QDiff.Kernels.Programs;

/// <summary>
/// A plan as flat arrays for the interpreting kernels, which need not be compiled anew for a circuit: passes, tables of places, how the coefficients come from
/// parameters and inputs, and how gradients of angles go back to them. Renamings of basis states (CNOT, X, SWAP) have left no trace but in the masks.
/// </summary>
/// <remarks>
/// A state of at most <c>blockBits</c> index bits is one block: its place in shared memory is <see cref="PassCode.Place"/> of its physical index.
/// A larger one is swept in blocks by the engine's schedule; its storage changes from sweep to sweep, so that runs of 64 bytes stay together.
/// </remarks>
internal sealed class StateProgram
{
    /// <summary>A register below three qubits is filled up with idle ones: a pass takes three.</summary>
    private const int LeastBits = RegisterPass.LocalBits;

    private readonly ConditionalWeakTable<Readout, ReadoutProgram> _readouts = [];
    private readonly AngleSlot[] _angles;
    private readonly List<int> _passes = [];
    private readonly List<int> _tables = [];
    private readonly List<int> _sharedEntries = [];
    private readonly List<int> _rowEntries = [];
    private readonly List<(int Slot, int Column)> _columns = [];

    /// <summary>The program of a plan.</summary>
    /// <param name="plan">The circuit.</param>
    /// <param name="blockBits">Index bits of the largest block.</param>
    /// <param name="runBits">At least 2^this neighbours in storage stay together.</param>
    public StateProgram(Plan plan, int blockBits, int runBits)
    {
        LogicalBits = plan.Circuit.QubitCount;
        Bits = Math.Max(LeastBits, plan.QubitCount);
        _angles = plan.SlotTable.Slots;
        var operations = WideOperation.Of(plan);
        IsWhole = Bits <= blockBits;
        BlockBits = Math.Min(Bits, blockBits);
        var storage = new WideStorage(Bits, 0);
        if (IsWhole)
        {
            storage.Move(PassCode.Place);
            Sweeps = [MakeSweep(operations, Units(Bits), 0)];
        }
        else
        {
            Sweeps = [.. WideSchedule.Build(operations, runBits, blockBits).Select(sweep => MakeSweep(sweep, storage, runBits))];
        }

        Finish(storage.Frame(plan.FinalMap), plan.SlotTable);
        ParameterTerms = Terms(ParameterKind.Trainable, plan.Circuit.TrainableCount);
        InputTerms = Terms(ParameterKind.Input, plan.Circuit.InputCount);
    }

    /// <summary>A program that does nothing, for states of some qubits that are only read.</summary>
    public StateProgram(int qubits, int blockBits)
    {
        LogicalBits = qubits;
        Bits = Math.Max(LeastBits, qubits);
        IsWhole = Bits <= blockBits;
        BlockBits = Math.Min(Bits, blockBits);
        _angles = [];
        var storage = new WideStorage(Bits, 0);
        if (IsWhole)
        {
            storage.Move(PassCode.Place);
        }

        Sweeps = [];
        Finish(storage.Frame(IndexMap.Identity(Math.Max(2, qubits))), null);
    }

    /// <summary>Qubits of the register.</summary>
    public int LogicalBits { get; }

    /// <summary>Index bits of a state in storage.</summary>
    public int Bits { get; }

    /// <summary>Index bits of a block.</summary>
    public int BlockBits { get; }

    /// <summary>Whether a state is one block.</summary>
    public bool IsWhole { get; }

    /// <summary>Sweeps, in order; one for a state that is one block.</summary>
    public SweepShape[] Sweeps { get; }

    /// <summary>Number of passes.</summary>
    public int PassCount => _passes.Count / PassCode.Length;

    /// <summary>The first pass with a gradient; the number of passes when there is none.</summary>
    public int FirstDifferentiable { get; private set; }

    /// <summary>See <see cref="PassCode"/>.</summary>
    public int[] Passes => [.. _passes];

    /// <summary>Tables of places.</summary>
    public int[] Tables => [.. _tables];

    /// <summary>Where the tables of logical indices begin, see <see cref="CircuitShape"/>.</summary>
    public int LogicalTable { get; private set; }

    /// <summary>The register's qubits in storage at the end.</summary>
    public WideFrame Frame { get; private set; } = null!;

    /// <summary>Flips in storage of every qubit at the end.</summary>
    public int[] LogicalFlips => [.. Enumerable.Range(0, LogicalBits).Select(Frame.TileFlips)];

    /// <summary>Coefficients that all samples share.</summary>
    public int SharedNumbers { get; private set; }

    /// <summary>Further coefficients of each sample.</summary>
    public int RowNumbers { get; private set; }

    /// <summary>Entries of the shared coefficients, see <see cref="AngleShape"/>.</summary>
    public int[] SharedEntries => [.. _sharedEntries];

    /// <summary>Entries of a sample's coefficients.</summary>
    public int[] RowEntries => [.. _rowEntries];

    /// <summary>Number of slots, the global phase's being the last.</summary>
    public int SlotCount => _angles.Length;

    /// <summary>Every slot's terms and their sources.</summary>
    public int[] SlotTerms { get; private set; } = [];

    /// <summary>Every slot's constant and its terms' weights.</summary>
    public double[] SlotNumbers { get; private set; } = [];

    /// <summary>Coefficients of the global phase.</summary>
    public (int Offset, int Stride) GlobalPhase { get; private set; }

    /// <summary>Gates given by matrices: where those go, by how much further for each sample, and where the first gradient is (−1 for none).</summary>
    public List<(DenseStep Step, int Offset, int Stride, int Column)> Dense { get; } = [];

    /// <summary>Gradients of a sample.</summary>
    public int Columns { get; private set; }

    /// <summary>Terms of every parameter's gradient.</summary>
    public (int[] Terms, double[] Weights) ParameterTerms { get; } = ([0], []);

    /// <summary>Terms of every input's gradient.</summary>
    public (int[] Terms, double[] Weights) InputTerms { get; } = ([0], []);

    /// <summary>What a readout needs of final states.</summary>
    public ReadoutProgram For(Readout readout) => _readouts.GetValue(readout, r => new ReadoutProgram(r, Frame));

    /// <summary>
    /// What a forward run does for each sample. Operations are those of the kernels' passes, 16 for each amplitude and pass of rotations and phases and 32 for a
    /// matrix, and 4 for each amplitude and Pauli string; bytes are those of the state in the device's memory, which a whole program reads once if
    /// at all, and of the sweeps of others.
    /// </summary>
    /// <param name="readout">What is read.</param>
    /// <param name="numberBytes">Bytes of a number.</param>
    /// <param name="given">Whether initial states are read; otherwise they are made.</param>
    public PlanWork Work(Readout readout, int numberBytes, bool given)
    {
        long size = 1L << Bits, state = 2 * size * numberBytes, operations = 0;
        for (int pass = 0; pass < _passes.Count; pass += PassCode.Length)
        {
            operations += size * (_passes[pass + PassCode.Kind] switch { PassCode.Dense => 32, PassCode.Rotation => 16, _ => 4 });
        }

        // Of a state that is swept: initial states copied or zeros written, each sweep reads and writes, the readout reads.
        long states = IsWhole ? (given ? 1 : 0) : (given ? 2 : 1) + 2 * Sweeps.Length + 1;
        return new PlanWork(operations + 4 * size * readout.Count, states * state);
    }

    private static int[] Units(int bits) => [.. Enumerable.Range(0, bits).Select(b => 1 << b)];

    /// <summary>Parity under a mask of physical bits as one under a mask of places.</summary>
    private static int PlaceParity(WideFrame frame, int mask)
    {
        int parity = 0;
        for (int b = 0; mask >> b != 0; b++)
        {
            parity ^= ((mask >> b) & 1) != 0 ? frame.TileParity(b) : 0;
        }

        return parity;
    }

    private SweepShape MakeSweep(WideSweep sweep, WideStorage storage, int runBits)
    {
        // The sweep's masks, and where there is room for more, masks of neighbouring places.
        var span = new BitSpan(sweep.Span.Select(storage.Place));
        for (int b = 0; span.Dimension < BlockBits; b++)
        {
            span.TryAdd(1 << b);
        }

        var block = new WideBlock(Bits, span.Rows);
        var frame = storage.Frame(IndexMap.Identity(Bits));
        var localized = sweep.Operations.ConvertAll(o => o with
        {
            Flips = [.. o.Flips.Select(flip => block.Local(storage.Place(flip)))],
            Parities = [.. o.Parities.Select(mask => LocalParity(PlaceParity(frame, mask)))],
            Outer = [.. o.Parities.Select(mask => PlaceParity(frame, mask))],
        });

        // Places of the next sweep's runs become the lowest bits: A takes them to the unit vectors, and sources are A⁻¹ of places.
        var images = new List<int>(sweep.NextLanes.Select(mask => block.Local(storage.Place(mask))));
        var known = new BitSpan(images);
        for (int b = 0; images.Count < BlockBits; b++)
        {
            if (known.TryAdd(1 << b))
            {
                images.Add(1 << b);
            }
        }

        int[] sources = [.. images];
        var moved = new int[1 << BlockBits];
        for (int to = 0; to < moved.Length; to++)
        {
            moved[PlaceTables.Linear(sources, to)] = to;
        }

        var shape = MakeSweep(localized, sources, _tables.Count, block.Span);
        storage.Move(place =>
        {
            int local = block.Local(place);
            return place ^ block.Offsets[local] ^ block.Offsets[moved[local]];
        });
        return shape;

        int LocalParity(int parity)
        {
            int local = 0;
            for (int b = 0; b < block.Span.Length; b++)
            {
                local |= WideOperation.Odd(parity & block.Span[b]) ? 1 << b : 0;
            }

            return local;
        }
    }

    private SweepShape MakeSweep(List<WideOperation> operations, int[] sources, int table, int[]? span = null)
    {
        if (span is not null)
        {
            AddTable(PlaceTables.Pair(span));
            AddTable(PlaceTables.Pair([.. sources.Select(PassCode.Place)]));
            int pivots = span.Aggregate(0, (mask, row) => mask | (row & -row));
            _tables.AddRange(Enumerable.Range(0, Bits).Where(b => ((pivots >> b) & 1) == 0));
        }

        var shape = new SweepShape { StateBits = Bits, Bits = BlockBits, Table = table, FirstPass = PassCount };
        foreach (var pass in new PassBuilder(BlockBits, operations).Build())
        {
            shape.Columns += AddPass(pass, shape.Columns);
        }

        shape.Passes = PassCount - shape.FirstPass;
        Columns += shape.Columns;
        return shape;
    }

    /// <summary>Adds a pass; returns the number of its gradients.</summary>
    private int AddPass(RegisterPass pass, int column)
    {
        int[] slots = [.. pass.Rotations, .. pass.Phases];
        bool isShared = pass.Dense?.IsShared ?? slots.All(slot => slot == RotationStep.None || _angles[slot].IsShared);
        bool isDifferentiable = pass.Dense?.IsDifferentiable ?? slots.Any(slot => slot != RotationStep.None && _angles[slot].IsDifferentiable);
        int numbers = pass.Kind switch
        {
            PassCode.Rotation => PassCode.RotationCoefficients,
            PassCode.Dense => PassCode.DenseCoefficients,
            _ => PassCode.PhaseCoefficients,
        };
        int gradients = !isDifferentiable ? 0 : pass.Kind switch
        {
            PassCode.Rotation => PassCode.RotationGradients,
            PassCode.Dense => PassCode.DenseGradients,
            _ => 1,
        };

        var code = new int[PassCode.Length];
        code[PassCode.Kind] = pass.Kind;
        for (int bit = 0; bit < RegisterPass.LocalBits; bit++)
        {
            code[PassCode.Flip + bit] = PassCode.Place(pass.Flips[bit]);
            code[PassCode.Outer + bit] = pass.Outer[bit];
        }

        code[PassCode.Table] = pass.Kind == PassCode.BlockPhase ? pass.Negative ? 1 : 0 : AddTable(PlaceTables.Threads(pass));
        code[PassCode.Coefficients] = TakeNumbers(numbers, isShared);
        code[PassCode.Stride] = isShared ? 0 : -1;
        code[PassCode.Gradient] = gradients > 0 ? column : -1;
        int index = _passes.Count;
        _passes.AddRange(code);
        if (pass.Dense is { } dense)
        {
            Dense.Add((dense, code[PassCode.Coefficients], code[PassCode.Stride], gradients > 0 ? Columns + column : -1));
        }
        else
        {
            AddEntry(pass.Kind, code[PassCode.Coefficients], isShared, pass.Kind == PassCode.BlockPhase ? [.. pass.Phases, .. pass.Rotations] : slots);
            for (int i = 0; i < gradients; i++)
            {
                int slot = pass.Kind == PassCode.BlockPhase ? pass.Phases[0] : slots[i];
                if (slot != RotationStep.None)
                {
                    _columns.Add((slot, Columns + column + i));
                }
            }
        }

        return gradients;
    }

    private int TakeNumbers(int count, bool isShared)
    {
        int offset = isShared ? SharedNumbers : RowNumbers;
        if (isShared)
        {
            SharedNumbers += count;
        }
        else
        {
            RowNumbers += count;
        }

        return offset;
    }

    private void AddEntry(int kind, int offset, bool isShared, int[] slots) =>
        (isShared ? _sharedEntries : _rowEntries).AddRange([kind, offset, isShared ? 0 : -1, .. slots]);

    private int AddTable(List<int> table)
    {
        int first = _tables.Count;
        _tables.AddRange(table);
        return first;
    }

    private void Finish(WideFrame frame, SlotTable? table)
    {
        Frame = frame;
        FirstDifferentiable = Enumerable.Range(0, PassCount).FirstOrDefault(p => _passes[p * PassCode.Length + PassCode.Gradient] >= 0, PassCount);
        if (IsWhole)
        {
            LogicalTable = AddTable(PlaceTables.Pair(LogicalFlips, frame.Offset));
        }

        int phase = _angles.Length - 1;
        bool isShared = phase < 0 || _angles[phase].IsShared;
        int offset = TakeNumbers(PassCode.PhaseCoefficients, isShared);
        AddEntry(PassCode.BlockPhase, offset, isShared, [phase, -1, -1, -1, -1, -1]);

        // A sample's own coefficients follow the shared ones.
        GlobalPhase = (isShared ? offset : SharedNumbers + offset, isShared ? 0 : RowNumbers);
        for (int p = 0; p < _passes.Count; p += PassCode.Length)
        {
            Settle(_passes, p + PassCode.Coefficients, p + PassCode.Stride);
        }

        for (int e = 0; e < _rowEntries.Count; e += AngleShape.EntryLength)
        {
            Settle(_rowEntries, e + AngleShape.Offset, e + AngleShape.Stride);
        }

        for (int d = 0; d < Dense.Count; d++)
        {
            var (step, place, stride, column) = Dense[d];
            Dense[d] = stride < 0 ? (step, SharedNumbers + place, RowNumbers, column) : Dense[d];
        }

        FillSlots(table);

        void Settle(List<int> list, int place, int stride)
        {
            if (list[stride] < 0)
            {
                list[place] += SharedNumbers;
                list[stride] = RowNumbers;
            }
        }
    }

    private void FillSlots(SlotTable? table)
    {
        var bounds = new List<int>();
        var sources = new List<int>();
        var weights = new List<double>();
        double[] constants = new double[_angles.Length];
        for (int s = 0; s < _angles.Length; s++)
        {
            int parameters = sources.Count;
            foreach (var (parameter, factor) in _angles[s].Terms)
            {
                constants[s] += factor * parameter.Offset;
                if (parameter.Kind == ParameterKind.Trainable)
                {
                    sources.Add(parameter.Index);
                    weights.Add(factor * parameter.Scale);
                }
            }

            constants[s] = Math.Abs(constants[s]) > SlotTable.Period ? Math.IEEERemainder(constants[s], SlotTable.Period) : constants[s];
            int inputs = sources.Count;
            for (int i = table!.FirstInput[s]; i < table.FirstInput[s + 1]; i++)
            {
                sources.Add(table.Inputs[i].Index);
                weights.Add(table.Inputs[i].Weight);
            }

            bounds.AddRange([parameters, inputs, inputs, sources.Count]);
        }

        SlotTerms = [.. bounds, .. sources];
        SlotNumbers = [.. constants, .. weights];
    }

    /// <summary>For every source of a kind, the first of its terms; then every term's column.</summary>
    private (int[] Terms, double[] Weights) Terms(ParameterKind kind, int sources)
    {
        var terms = Enumerable.Range(0, sources).Select(_ => new List<(int Column, double Weight)>()).ToArray();
        foreach (var (slot, column) in _columns)
        {
            foreach (var (parameter, factor) in _angles[slot].Terms)
            {
                if (parameter.Kind == kind && parameter.Differentiable)
                {
                    terms[parameter.Index].Add((column, factor * parameter.Scale));
                }
            }
        }

        var first = new int[sources + 1];
        for (int source = 0; source < sources; source++)
        {
            first[source + 1] = first[source] + terms[source].Count;
        }

        return ([.. first, .. terms.SelectMany(list => list.Select(term => term.Column))], [.. terms.SelectMany(list => list.Select(term => term.Weight))]);
    }
}
