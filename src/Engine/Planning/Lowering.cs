using System.Collections.Immutable;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Planning;

/// <summary>Lowers one circuit, or one program for trajectories, gate by gate.</summary>
internal sealed class Lowering
{
    /// <summary>Passes act on two qubits, so a single qubit gets an idle companion.</summary>
    private const int LeastQubits = 2;

    private readonly Circuit _circuit;
    private readonly int _qubits;
    private readonly List<PlanStep> _steps = [];
    private readonly List<AngleSlot> _slots = [];
    private readonly List<(Parameter, double)> _globalPhase = [];
    private IndexMap _map;
    private int _denseCount;

    // The open step: rotations first, then phases, by the parity mask on which each depends.
    private readonly OpenAngle?[] _rotations;
    private readonly SortedDictionary<int, OpenAngle> _phases = [];

    // Of a program: what happens to the Pauli frame, and how often it has changed on every qubit.
    private readonly QuantumProgram? _program;
    private readonly List<FrameEvent> _events = [];
    private readonly List<int> _eventEnds = [];
    private readonly int[] _frameChanges;
    private readonly List<(int Qubit, int Bit)> _sampled = [];
    private int _touched;
    private int _blockDepth;
    private int _signCount;
    private int _drawCount;
    private int _selectionCount;
    private int _matrixVectors;

    public Lowering(Circuit circuit)
    {
        _circuit = circuit;
        _qubits = Math.Max(LeastQubits, circuit.QubitCount);
        _map = IndexMap.Identity(_qubits);
        _rotations = new OpenAngle?[_qubits];
        _frameChanges = new int[_qubits];
    }

    public Lowering(QuantumProgram program)
        : this(new Circuit(program.QubitCount, [], program.TrainableCount, program.InputCount))
    {
        _program = program;
    }

    public Plan Lower()
    {
        foreach (var operation in _circuit.Operations)
        {
            Add(operation.Gate, operation.Qubits, operation.Parameters, operation);
        }

        return Finish();
    }

    /// <param name="deferred">Indices of measurements that the final state answers together.</param>
    public TrajectoryPlan LowerProgram(HashSet<int> deferred)
    {
        for (int i = 0; i < _program!.Instructions.Length; i++)
        {
            if (deferred.Contains(i))
            {
                var measure = (MeasureInstruction)_program.Instructions[i];
                _sampled.Add((measure.Qubit, measure.Bit));
                _drawCount++;
            }
            else
            {
                Add(_program.Instructions[i]);
            }
        }

        return new TrajectoryPlan(_program, Finish(), [.. _events], [.. _eventEnds], _signCount, _drawCount, [.. _sampled]);
    }

    private Plan Finish()
    {
        Close();
        return new Plan(_circuit, _qubits, [.. _steps], [.. _slots], new AngleSlot([.. _globalPhase], false), _map, _denseCount);
    }

    private void Add(Instruction instruction)
    {
        switch (instruction)
        {
            case GateInstruction { Operation: var operation }:
                Touch(operation.Qubits);
                if (_blockDepth == 0 || !TryFlipFrame(operation))
                {
                    Add(operation.Gate, operation.Qubits, operation.Parameters, operation);
                }

                break;
            case ChannelInstruction channel:
                Touch(channel.Qubits);
                AddChannel(channel.Channel, channel.Qubits, _drawCount++);
                break;
            case MeasureInstruction measure:
                Touch([measure.Qubit]);
                Select([measure.Qubit], OperatorSet.Projectors, _drawCount++, measure.Bit, resets: false);
                break;
            case ResetInstruction reset:
                // A qubit that nothing has touched is in |0⟩ already.
                if (((_touched >> reset.Qubit) & 1) != 0)
                {
                    Select([reset.Qubit], OperatorSet.Projectors, _drawCount, SelectionStep.None, resets: true);
                    Changed(1 << reset.Qubit);
                }

                _drawCount++;
                break;
            case IfInstruction block:
                AddBlock(block);
                break;
        }
    }

    private void AddBlock(IfInstruction block)
    {
        Mark(new BlockBegin(block.Condition));
        foreach (var inner in block.Then)
        {
            Add(inner);
        }

        if (!block.Else.IsEmpty)
        {
            Mark(new BlockElse());
            foreach (var inner in block.Else)
            {
                Add(inner);
            }
        }

        Mark(new BlockEnd());

        // An angle of the block has a sign of its own: which trajectories have it at all.
        void Mark(FrameEvent mark)
        {
            _blockDepth += mark is BlockBegin ? 1 : mark is BlockEnd ? -1 : 0;
            _events.Add(mark);
            Changed((1 << _qubits) - 1);
        }
    }

    private void AddChannel(Channel channel, ImmutableArray<int> qubits, int draw)
    {
        if (!channel.HasKraus)
        {
            _events.Add(new DepolarizingDraw(draw, channel.Depolarizing!.ErrorProbability, [.. qubits]));
            Changed(qubits.Sum(qubit => 1 << qubit));
            return;
        }

        if (!channel.IsPauli)
        {
            Select([.. qubits], OperatorSet.Of(channel), draw, SelectionStep.None, resets: false);
            return;
        }

        var probabilities = channel.PauliProbabilities;
        var paulis = new List<(int X, int Z)>();
        var cumulative = new List<double>();
        double sum = 0;
        int changed = 0;
        for (int index = 0; index < probabilities.Length; index++)
        {
            if (probabilities[index] == 0)
            {
                continue;
            }

            int x = 0, z = 0;
            for (int q = 0; q < qubits.Length; q++)
            {
                int digit = (index >> (2 * q)) & 3;
                x |= digit is 1 or 2 ? 1 << qubits[q] : 0;
                z |= digit is 2 or 3 ? 1 << qubits[q] : 0;
            }

            paulis.Add((x, z));
            cumulative.Add(sum += probabilities[index]);
            changed |= x | z;
        }

        if (changed != 0)
        {
            _events.Add(new PauliDraw(draw, [.. cumulative], [.. paulis]));
            Changed(changed);
        }
    }

    private void Select(int[] qubits, OperatorSet operators, int draw, int bit, bool resets)
    {
        int mask = qubits.Sum(qubit => 1 << qubit);
        if (qubits.Any(qubit => _rotations[qubit] is not null) || _phases.Keys.Any(phase => (phase & mask) != 0))
        {
            Close();
        }

        var step = new SelectionStep(_map, qubits, operators, draw, bit, resets, _selectionCount++, _matrixVectors, _steps.LastOrDefault());
        _matrixVectors += step.MatrixVectors;
        Emit(step);
    }

    /// <summary>In a conditional block a Pauli gate goes into the frames of the trajectories that have it.</summary>
    private bool TryFlipFrame(Operation operation)
    {
        int x = ReferenceEquals(operation.Gate, GateCatalog.X) || ReferenceEquals(operation.Gate, GateCatalog.Y) ? 1 : 0;
        int z = ReferenceEquals(operation.Gate, GateCatalog.Z) || ReferenceEquals(operation.Gate, GateCatalog.Y) ? 1 : 0;
        if ((x | z) == 0)
        {
            return false;
        }

        int qubit = operation.Qubits[0];
        _events.Add(new PauliFlip(x << qubit, z << qubit));
        Changed(1 << qubit);
        return true;
    }

    private void Add(GateDefinition gate, ImmutableArray<int> qubits, ImmutableArray<Parameter> parameters, Operation? operation)
    {
        if (ReferenceEquals(gate, GateCatalog.RY))
        {
            Rotate(qubits[0], parameters[0]);
        }
        else if (gate.DiagonalTerms.Length > 0)
        {
            foreach (var term in gate.DiagonalTerms)
            {
                Phase(Spread(term.Mask, qubits), parameters[0], term.Coefficient);
            }
        }
        else if (gate.Decomposition is { } decomposition)
        {
            foreach (var part in decomposition(parameters))
            {
                Add(part.Gate, [.. part.Qubits.Select(local => qubits[local])], part.Parameters, null);
            }
        }
        else if (gate.ParameterCount == 0 && MonomialGate.TryRead(gate.Matrix([])) is { } monomial && !(monomial.Renames && _blockDepth > 0))
        {
            foreach (var (mask, phase) in monomial.Phases)
            {
                Phase(Spread(mask, qubits), phase, 1.0);
            }

            if (monomial.Renames)
            {
                Close();
                _map = _map.Renamed(qubits.AsSpan(), monomial.Image);
                RenameFrame(qubits, monomial.Image);
            }
        }
        else
        {
            Close();
            operation ??= new Operation(gate, qubits, parameters);
            Emit(new DenseStep(_map, operation, _denseCount++));
        }
    }

    private void RenameFrame(ImmutableArray<int> qubits, int[] image)
    {
        int mask = qubits.Sum(qubit => 1 << qubit);
        if (Changes(mask) == 0)
        {
            return;
        }

        int k = qubits.Length;
        var inverse = new int[image.Length];
        for (int j = 0; j < image.Length; j++)
        {
            inverse[image[j]] = j;
        }

        int[] xRows = new int[k], zRows = new int[k];
        for (int column = 0; column < k; column++)
        {
            int forward = image[1 << column] ^ image[0];
            zRows[column] = inverse[(1 << column) ^ image[0]] ^ inverse[image[0]];
            for (int row = 0; row < k; row++)
            {
                xRows[row] |= ((forward >> row) & 1) << column;
            }
        }

        _events.Add(new FrameRenaming([.. qubits], xRows, zRows));
        Changed(mask);
    }

    private void Rotate(int qubit, Parameter angle)
    {
        if (_phases.Keys.Any(mask => ((mask >> qubit) & 1) != 0))
        {
            Close();
        }

        Extend(_rotations[qubit] ??= new OpenAngle(), angle, 1.0, 1 << qubit, 1 << qubit);
    }

    private void Phase(int mask, Parameter source, double factor)
    {
        if (mask == 0)
        {
            _globalPhase.Add((source, factor));
            return;
        }

        if (!_phases.TryGetValue(mask, out var angle))
        {
            _phases[mask] = angle = new OpenAngle();
        }

        Extend(angle, source, factor, 0, mask);
    }

    /// <summary>Adds a term with the sign of the term before, or with one of its own where the frame may have changed since.</summary>
    private void Extend(OpenAngle angle, Parameter source, double factor, int x, int z)
    {
        int changes = Changes(x | z);
        if (changes != angle.FrameChanges)
        {
            _events.Add(new FrameSign(_signCount, x, z));
            angle.NextSign(_signCount++, changes, _blockDepth > 0);
        }

        angle.Add(source, factor);
    }

    /// <summary>Ends the open step: rotations with the one-qubit phases, then phases of parities, each in a basis where it is one bit.</summary>
    private void Close()
    {
        var rotations = Enumerable.Repeat(RotationStep.None, _qubits).ToArray();
        var phases = Enumerable.Repeat(RotationStep.None, _qubits).ToArray();
        for (int q = 0; q < _qubits; q++)
        {
            rotations[q] = _rotations[q] is { } angle ? Slot(angle, true) : RotationStep.None;
            phases[q] = _phases.Remove(1 << q, out var phase) ? Slot(phase, false) : RotationStep.None;
        }

        if (rotations.Concat(phases).Any(slot => slot != RotationStep.None))
        {
            Emit(new RotationStep(_map, rotations, phases, _slots));
        }

        int[] masks = [.. _phases.Keys];
        foreach (var (rows, members) in ParityBasis.Partition(_qubits, masks))
        {
            var parityPhases = Enumerable.Repeat(RotationStep.None, _qubits).ToArray();
            foreach (var (bit, item) in members)
            {
                parityPhases[bit] = Slot(_phases[masks[item]], false);
            }

            var none = Enumerable.Repeat(RotationStep.None, _qubits).ToArray();
            Emit(new RotationStep(_map.InBasis(rows), none, parityPhases, _slots));
        }

        _phases.Clear();
        Array.Clear(_rotations);
    }

    private void Emit(PlanStep step)
    {
        _steps.Add(step);
        _eventEnds.Add(_events.Count);
    }

    private int Slot(OpenAngle angle, bool isRotation)
    {
        _slots.Add(angle.ToSlot(isRotation));
        return _slots.Count - 1;
    }

    private void Touch(ImmutableArray<int> qubits)
    {
        foreach (int qubit in qubits)
        {
            _touched |= 1 << qubit;
        }
    }

    private void Changed(int mask)
    {
        for (int q = 0; q < _qubits; q++)
        {
            _frameChanges[q] += (mask >> q) & 1;
        }
    }

    /// <summary>How often the frame has changed on some qubits; 0 where it is still the identity.</summary>
    private int Changes(int mask)
    {
        int changes = 0;
        for (int q = 0; q < _qubits; q++)
        {
            changes += ((mask >> q) & 1) != 0 ? _frameChanges[q] : 0;
        }

        return changes;
    }

    private static int Spread(int mask, ImmutableArray<int> qubits)
    {
        int spread = 0;
        for (int b = 0; b < qubits.Length; b++)
        {
            spread |= ((mask >> b) & 1) << qubits[b];
        }

        return spread;
    }

    /// <summary>The terms of an angle that is still open.</summary>
    private sealed class OpenAngle
    {
        private readonly List<(Parameter, double)> _terms = [];
        private readonly List<int> _signs = [];
        private int _sign = AngleSlot.Unsigned;
        private bool _isConditional;

        /// <summary>How often the frame had changed on the angle's qubits when its last sign was taken.</summary>
        public int FrameChanges { get; private set; }

        public void NextSign(int sign, int frameChanges, bool isConditional)
        {
            _sign = sign;
            FrameChanges = frameChanges;
            _isConditional |= isConditional;
        }

        public void Add(Parameter source, double factor)
        {
            _terms.Add((source, factor));
            _signs.Add(_sign);
        }

        public AngleSlot ToSlot(bool isRotation)
        {
            // A conditional angle is one that some trajectories lack: no mere sign.
            int sign = !_isConditional && _signs.TrueForAll(s => s == _signs[0]) ? _signs[0] : AngleSlot.Mixed;
            return new AngleSlot([.. _terms], isRotation)
            {
                Sign = sign,
                SignOfTerm = sign == AngleSlot.Unsigned ? [] : [.. _signs],
            };
        }
    }
}
