using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Kernels.Devices;
using QDiff.Kernels.Programs;
using QDiff.Kernels.StateVectors;

namespace QDiff.Kernels.Trajectories;

/// <summary>A trajectory plan as flat arrays: events of the Pauli frame, steps in the order of the plan, the passes that they make, and where their numbers come from.</summary>
internal sealed class TrajectoryProgram
{
    private const int LeastBits = RegisterPass.LocalBits;

    private readonly TrajectoryPlan _plan;
    private readonly bool _forGradients;
    private readonly WideStorage _storage;
    private readonly List<int> _steps = [];
    private readonly List<int> _lists = [];
    private readonly List<int> _passes = [];
    private readonly List<int> _tables = [];
    private readonly List<double> _numbers = [];
    private readonly List<double> _matrices = [];
    private readonly List<AngleItem> _items = [];
    private double _growth = 1;

    /// <summary>The program of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="forGradients">Whether what undoes drawn operators is wanted.</param>
    /// <exception cref="DeviceException">Conditional blocks are nested too deeply.</exception>
    public TrajectoryProgram(TrajectoryPlan plan, bool forGradients)
    {
        _plan = plan;
        _forGradients = forGradients;
        PlanBits = plan.Steps.QubitCount;
        Bits = Math.Max(LeastBits, PlanBits);
        _storage = new WideStorage(Bits, 0);
        _storage.Move(PassCode.Place);
        var events = new EventBuilder(plan.Events, _numbers);
        KnownFrames = Array.TrueForAll(plan.Steps.Steps, step => step is RotationStep);
        FirstStep = -1;
        if (KnownFrames)
        {
            AddReordered(events.Code.Count);
        }

        for (int s = 0; s < plan.Steps.Steps.Length && !KnownFrames; s++)
        {
            FirstStep = s == plan.Steps.FirstDifferentiable ? StepCount : FirstStep;
            Add(plan.Steps.Steps[s], events.Ends[plan.EventEnds[s]]);
        }

        FirstStep = FirstStep < 0 ? StepCount : FirstStep;
        Frame = _storage.Frame(plan.Steps.FinalMap);
        LogicalTable = _tables.Count;
        _tables.AddRange(PlaceTables.Pair([.. Enumerable.Range(0, PlanBits).Select(Frame.TileFlips)], Frame.Offset));

        EventsEnd = events.Code.Count;
        int lists = EventsEnd + _steps.Count;
        for (int step = 0; step < _steps.Count; step += StepCode.Length)
        {
            _steps[step + StepCode.Gradient] += _steps[step] == StepCode.Dense && _steps[step + StepCode.Gradient] >= 0 ? _items.Count : 0;
            for (int slot = 0; slot < PassCode.RotationGradients && _steps[step] == StepCode.Rotation; slot++)
            {
                _steps[step + StepCode.Slots + slot] += _steps[step + StepCode.Slots + slot] >= 0 ? lists : 0;
            }
        }

        Sampled = lists + _lists.Count;
        Code = [.. events.Code, .. _steps, .. _lists, .. plan.Sampled.SelectMany(pair => new[] { pair.Qubit, pair.Bit })];
    }

    /// <summary>Qubits of the plan: at least 2.</summary>
    public int PlanBits { get; }

    /// <summary>Index bits of a state in storage: at least 3.</summary>
    public int Bits { get; }

    /// <summary>The register's qubits in storage at the end.</summary>
    public WideFrame Frame { get; }

    public int LogicalTable { get; }

    public int EventsEnd { get; }

    public int StepCount => _steps.Count / StepCode.Length;

    /// <summary>The first step that a backward run undoes.</summary>
    public int FirstStep { get; private set; }

    public int Sampled { get; }

    /// <summary>Whether frames can be moved to the end before any state is touched.</summary>
    public bool KnownFrames { get; }

    public int[] Code { get; }

    public int[] Passes => [.. _passes];

    public int[] Tables => [.. _tables];

    public double[] Numbers => [.. _numbers];

    /// <summary>Angles, in the order of the coefficients.</summary>
    public IReadOnlyList<AngleItem> Items => _items;

    /// <summary>Whether samples have different angles.</summary>
    public bool HasOwnAngles => _items.Exists(item => item.Terms.Any(term => term.Parameter.Kind == ParameterKind.Input));

    /// <summary>Matrices that all samples share; those of gates with parameters are filled in for each run.</summary>
    public double[] SharedMatrices => [.. _matrices];

    /// <summary>Numbers of the matrices that a sample does not share.</summary>
    public int OwnMatrixNumbers { get; private set; }

    /// <summary>Gates given by matrices: the first number, whether every sample has its own, the record, and the first gradient (−1 for none).</summary>
    public List<(DenseStep Step, int Offset, bool IsOwn, int Record, int Column)> Dense { get; } = [];

    /// <summary>Steps with a matrix.</summary>
    public int RecordCount { get; private set; }

    /// <summary>Gradients of gates given by matrices follow those of the angles.</summary>
    public int DenseGradients { get; private set; }

    /// <summary>The most states that a trajectory keeps on the way: as many as if every draw were the worst.</summary>
    public int MostKept { get; private set; }

    /// <summary>What a kernel reads of a readout: its strings in storage, and their X and Z masks.</summary>
    public int[] Strings(Readout readout) =>
    [
        .. new ReadoutProgram(readout, Frame).Strings,
        .. readout.Strings.SelectMany(text => new[] { text.XMask, text.ZMask }),
    ];

    private void Add(PlanStep step, int end)
    {
        switch (step)
        {
            case RotationStep rotation:
                int[] active = [.. Enumerable.Range(0, PlanBits).Where(q => rotation.Rotations[q] != RotationStep.None || rotation.Phases[q] != RotationStep.None)];
                foreach (int[] locals in active.Chunk(RegisterPass.LocalBits))
                {
                    AddRotation(rotation, locals, end);
                }

                break;
            case DenseStep dense:
                AddDense(dense, end);
                break;
            case SelectionStep selection:
                AddSelection(selection, end);
                break;
        }
    }

    /// <summary>Every sign is known before the first step, so that angles may change their order wherever they commute, as in a circuit.</summary>
    private void AddReordered(int end)
    {
        foreach (RegisterPass pass in new PassBuilder(Bits, WideOperation.Of(_plan.Steps)).Build())
        {
            int first = StepCount;
            AddRotation(NewStep(StepCode.Rotation, end, pass), [.. pass.Rotations, .. pass.Phases]);
            FirstStep = FirstStep < 0 && _steps[first * StepCode.Length + StepCode.Gradient] >= 0 ? first : FirstStep;
        }
    }

    private void AddRotation(RotationStep rotation, int[] locals, int end) => AddRotation(
        NewStep(StepCode.Rotation, end, rotation.Map, locals),
        [.. Of(rotation.Rotations, locals), .. Of(rotation.Phases, locals)]);

    private static IEnumerable<int> Of(int[] slots, int[] locals) =>
        Enumerable.Range(0, RegisterPass.LocalBits).Select(local => local < locals.Length ? slots[locals[local]] : RotationStep.None);

    private void AddRotation(int[] step, int[] angles)
    {
        bool differentiable = false;
        for (int slot = 0; slot < PassCode.RotationGradients; slot++)
        {
            int angle = angles[slot];
            step[StepCode.Slots + slot] = angle == RotationStep.None ? -1 : AddAngle(_plan.Steps.Slots[angle]);
            differentiable |= angle != RotationStep.None && _plan.Steps.Slots[angle].IsDifferentiable;
        }

        step[StepCode.Gradient] = differentiable ? 0 : -1;
        _steps.AddRange(step);
    }

    private int AddAngle(AngleSlot slot)
    {
        int list = _lists.Count;
        if (slot.Sign != AngleSlot.Mixed)
        {
            _lists.AddRange([1, _items.Count, slot.Sign]);
            _items.Add(new AngleItem([.. slot.Terms], slot.IsRotation));
            return list;
        }

        _lists.Add(slot.Terms.Length);
        for (int t = 0; t < slot.Terms.Length; t++)
        {
            _lists.AddRange([_items.Count, slot.SignOfTerm[t]]);
            _items.Add(new AngleItem([slot.Terms[t]], slot.IsRotation));
        }

        return list;
    }

    private void AddDense(DenseStep dense, int end)
    {
        int[] step = NewMatrix(StepCode.Dense, end, dense.Map, [.. dense.Operation.Qubits]);
        int numbers = 2 << (2 * dense.Operation.Qubits.Length);
        step[StepCode.IsOwn] = dense.IsShared ? 0 : 1;
        step[StepCode.Matrix] = dense.IsShared ? _matrices.Count : OwnMatrixNumbers;
        if (dense.IsShared)
        {
            _matrices.AddRange(new double[numbers]);
        }
        else
        {
            OwnMatrixNumbers += numbers;
        }

        // The angles' columns come first, and how many there are is known only at the end.
        int column = dense.IsDifferentiable ? DenseGradients : -1;
        DenseGradients += dense.IsDifferentiable ? PassCode.DenseGradients : 0;
        step[StepCode.Gradient] = column;
        Dense.Add((dense, step[StepCode.Matrix], !dense.IsShared, step[StepCode.Record], column));
        _steps.AddRange(step);
    }

    private void AddSelection(SelectionStep selection, int end)
    {
        OperatorSet set = selection.Set;
        int[] step = NewMatrix(StepCode.Selection, end, selection.Map, selection.Qubits);
        step[StepCode.Matrix] = _matrices.Count;
        _matrices.AddRange(set.Operators.SelectMany(numbers => numbers));
        step[StepCode.Operators] = set.Operators.Length;
        step[StepCode.Draw] = selection.Draw;
        step[StepCode.Bit] = selection.Bit;
        step[StepCode.Resets] = selection.Resets ? 1 : 0;
        step[StepCode.NeedsState] = selection.NeedsState ? 1 : 0;
        step[StepCode.Weights] = _numbers.Count;
        _numbers.AddRange(set.Probabilities ?? set.Effects.SelectMany(numbers => numbers));
        if (_forGradients)
        {
            step[StepCode.Conditions] = _numbers.Count;
            _numbers.AddRange(set.Conditions);
            step[StepCode.Inverses] = _matrices.Count;
            _matrices.AddRange(set.Inverses.SelectMany(numbers => numbers));
            _growth *= selection.NeedsState && FirstStep >= 0 ? set.Conditions.Max() : 1;
            if (_growth > OperatorSet.LargestCondition)
            {
                _growth = 1;
                MostKept++;
            }
        }

        _steps.AddRange(step);
    }

    private int[] NewMatrix(int kind, int end, IndexMap map, int[] qubits)
    {
        int[] step = NewStep(kind, end, map, qubits);
        step[StepCode.Record] = RecordCount++;
        step[StepCode.QubitCount] = qubits.Length;
        qubits.CopyTo(step, StepCode.Qubit);
        return step;
    }

    private int[] NewStep(int kind, int end, IndexMap map, int[] locals)
    {
        // Idle bits fill a small register up; qubits that the step leaves alone fill its three local bits up.
        int[] flips = [.. map.Flips, .. Enumerable.Range(PlanBits, Bits - PlanBits).Select(b => 1 << b)];
        int[] order = [.. locals, .. Enumerable.Range(0, Bits).Except(locals)];
        return NewStep(kind, end, new RegisterPass
        {
            Kind = kind == StepCode.Rotation ? PassCode.Rotation : PassCode.Dense,
            Flips = [.. order.Take(RegisterPass.LocalBits).Select(b => flips[b])],
            Directions = [.. order.Skip(RegisterPass.LocalBits).Select(b => flips[b])],
            Start = map.Offset,
        });
    }

    private int[] NewStep(int kind, int end, RegisterPass pass)
    {
        var step = new int[StepCode.Length];
        step[StepCode.Kind] = kind;
        step[StepCode.EventEnd] = end;
        step[StepCode.Pass] = _passes.Count;
        step[StepCode.Gradient] = -1;
        var code = new int[PassCode.Length];
        code[PassCode.Kind] = pass.Kind;
        for (int bit = 0; bit < RegisterPass.LocalBits; bit++)
        {
            code[PassCode.Flip + bit] = PassCode.Place(pass.Flips[bit]);
        }

        code[PassCode.Table] = _tables.Count;
        _passes.AddRange(code);
        _tables.AddRange(PlaceTables.Threads(pass));
        return step;
    }
}
