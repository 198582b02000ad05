using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.OpenQasm.Syntax;
using QDiff.Engine.Programs;

namespace QDiff.Engine.OpenQasm.Lowering;

/// <summary>
/// Executes the statements of a text as far as they are known: declarations, loops, gate definitions and classical variables. What is left
/// is a program of gates, measurements, resets, barriers and conditions on measured bits.
/// </summary>
internal sealed class ProgramLowering
{
    private const int MaximumGateDepth = 100;
    private const int MaximumControls = Guard.MaximumQubits;
    private const int MaximumBits = 1 << 20;

    // A gate to a whole power is written out up to this length where a matrix of up to three qubits could stand for it.
    private const int LongestRepetition = 64;
    private const int MatrixQubits = 3;
    private const double LargestExponent = 1e9;

    // Calls and loops inside of gates that may be open at a time.
    private const int MaximumExpansionDepth = 300;
    private const string Hardware = "$";

    private readonly OpenQasmReaderOptions _options;
    private readonly OpenQasmVersion _version;
    private readonly Dictionary<string, GateSymbol> _gates = [];
    private readonly HashSet<string> _ownGates = [];
    private readonly List<Register> _qubitRegisters = [];
    private readonly List<Register> _bitRegisters = [];
    private readonly List<string> _inputs = [];
    private readonly HashSet<string> _usedValues = [];
    private readonly Evaluator _evaluator;
    private Scope _scope = new(null);
    private ImmutableArray<Instruction>.Builder _block = ImmutableArray.CreateBuilder<Instruction>();
    private long _blockSize;
    private int _qubits;
    private int _bits;
    private int _conditionDepth;
    private int _steps;
    private double _globalPhase;
    private Position _position;
    private int _highestHardwareQubit = -1;
    private int _expansionDepth;

    private ProgramLowering(OpenQasmVersion version, OpenQasmReaderOptions options)
    {
        _version = version;
        _options = options;
        _evaluator = new Evaluator(name => _scope.Find(name), version);
        Import(version == OpenQasmVersion.Two ? StandardGates.Language2 : StandardGates.Language3);
    }

    public static OpenQasmFile Lower(SyntaxTree tree, OpenQasmReaderOptions options)
    {
        var lowering = new ProgramLowering(tree.Version, options);
        foreach (Statement statement in tree.Statements)
        {
            lowering.Run(statement);
        }

        return lowering.Finish();
    }

    private OpenQasmFile Finish()
    {
        if (_highestHardwareQubit >= 0)
        {
            _qubitRegisters.Add(new Register(Hardware, 0, _highestHardwareQubit + 1));
        }

        if (_qubitRegisters.Count == 0)
        {
            throw new Position(1, 1).Error("This file declares no qubit; it needs a register, as in qubit[2] q or qreg q[2].");
        }

        if (_options.Values.Keys.FirstOrDefault(name => !_usedValues.Contains(name)) is { } unused)
        {
            throw new Position(1, 1).Error($"A value was given for '{unused}', but this file declares no such input.");
        }

        if (_globalPhase != 0)
        {
            Emit(new GateInstruction(new Operation(GateCatalog.GlobalPhase, [0], [_globalPhase])));
        }

        var builder = new ProgramBuilder([.. _qubitRegisters], [.. _bitRegisters]);
        foreach (Instruction instruction in _block)
        {
            builder.Append(instruction);
        }

        QuantumProgram program = builder.Build();
        if (_inputs.Count > 0)
        {
            // Inputs count even where no gate reads them.
            bool trainable = _options.InputKind == ParameterKind.Trainable;
            program = new QuantumProgram(
                program.QubitCount, program.BitCount, program.QubitRegisters, program.BitRegisters, program.Instructions,
                trainable ? _inputs.Count : 0, trainable ? 0 : _inputs.Count);
        }

        return new OpenQasmFile(_version, program, [.. _inputs]);
    }

    private void Run(Statement statement)
    {
        _position = statement.At;
        Spend();
        switch (statement)
        {
            case GateCall call:
                Apply(call);
                break;
            case MeasureStatement measure:
                Measure(measure.At, measure.Source, Resolve(measure.Target), measure.Target.At);
                break;
            case ResetStatement reset:
                Elements targets = Qubits(reset.Target);
                foreach (int qubit in targets.Indices)
                {
                    Emit(new ResetInstruction(qubit));
                }

                break;
            case BarrierStatement barrier:
                Barrier(barrier);
                break;
            case IfStatement condition:
                If(condition);
                break;
            case ForStatement loop:
                For(loop, Run);
                break;
            case AssignmentStatement assignment:
                Assign(assignment);
                break;
            case AliasDeclaration alias:
                _scope.Declare(alias.Name, alias.At, new ElementsSymbol(alias.At, Resolve(alias.Value) with { IsArray = true }));
                break;
            case ClassicalDeclaration declaration:
                Declare(declaration);
                break;
            case QubitDeclaration qubits:
                DeclareQubits(qubits);
                break;
            case BitDeclaration bits:
                DeclareBits(bits);
                break;
            case GateDefinitionStatement definition:
                Define(definition);
                break;
            case IncludeStatement include:
                Include(include);
                break;
        }
    }

    private void RunBlock(ImmutableArray<Statement> statements)
    {
        Scope outer = _scope;
        _scope = new Scope(outer);
        foreach (Statement statement in statements)
        {
            Run(statement);
        }

        _scope = outer;
    }

    private void Spend() => Spend(1);

    private void Spend(long count)
    {
        if (count > _options.MaximumInstructions - _steps)
        {
            throw _position.Error(
                $"Loops and gate definitions unroll to more than {_options.MaximumInstructions:N0} steps here; shorten the program, or read it with a larger limit of instructions.");
        }

        _steps += (int)count;
    }

    private void CheckSize(long size)
    {
        if (size > _options.MaximumInstructions)
        {
            throw _position.Error($"This condition unrolls to more than {_options.MaximumInstructions:N0} instructions; use fewer && and ||.");
        }
    }

    private void Emit(Instruction instruction, long size = 1)
    {
        _block.Add(instruction);
        _blockSize += size;
        CheckSize(_blockSize);
    }

    // Declarations

    private void Include(IncludeStatement include)
    {
        RequireTopLevel(include.At, "'include'");
        Import(include.File switch
        {
            StandardGates.Library2 => StandardGates.Qelib1,
            StandardGates.Library3 => StandardGates.Stdgates,
            _ => throw include.At.Error($"Only {StandardGates.Library2} and {StandardGates.Library3} can be included; got \"{include.File}\"."),
        });
    }

    private void Import(IEnumerable<KeyValuePair<string, GateSymbol>> gates)
    {
        foreach ((string name, GateSymbol gate) in gates)
        {
            if (!_ownGates.Contains(name))
            {
                _gates[name] = gate;
            }
        }
    }

    private void RequireTopLevel(Position at, string what)
    {
        if (_scope.Outer is not null || _conditionDepth > 0)
        {
            throw at.Error($"{what} belongs to the top level of a file; here it stands inside a block.");
        }
    }

    private void DeclareQubits(QubitDeclaration declaration)
    {
        RequireTopLevel(declaration.At, "A declaration of qubits");
        if (_highestHardwareQubit >= 0)
        {
            throw declaration.At.Error("This file uses hardware qubits like $0 and declares a register too; use one of the two.");
        }

        int size = Size(declaration.Size, declaration.Name, Guard.MaximumQubits, "qubits");
        if (_qubits + size > Guard.MaximumQubits)
        {
            throw declaration.At.Error(
                $"'{declaration.Name}' brings this file to {_qubits + size} qubits, which no memory holds here; at most {Guard.MaximumQubits} are possible.");
        }

        _scope.Declare(declaration.Name, declaration.At, new ElementsSymbol(
            declaration.At, new Elements(true, [.. Enumerable.Range(_qubits, size)], declaration.Size is not null)));
        _qubitRegisters.Add(new Register(declaration.Name, _qubits, size));
        _qubits += size;
    }

    private void DeclareBits(BitDeclaration declaration)
    {
        RequireTopLevel(declaration.At, "A declaration of bits");
        int size = Size(declaration.Size, declaration.Name, MaximumBits, "bits");
        if (_bits + size > MaximumBits)
        {
            throw declaration.At.Error($"'{declaration.Name}' brings this file to {_bits + size} classical bits; at most {MaximumBits} are possible.");
        }

        var elements = new Elements(false, [.. Enumerable.Range(_bits, size)], declaration.Size is not null);
        _scope.Declare(declaration.Name, declaration.At, new ElementsSymbol(declaration.At, elements));
        _bitRegisters.Add(new Register(declaration.Name, _bits, size));
        _bits += size;
        if (declaration.Value is MeasureNode measure)
        {
            Measure(measure.At, measure.Source, elements, declaration.At);
        }
        else if (declaration.Value is { } value && _evaluator.Whole(value, "The value of a bit") != 0)
        {
            throw value.At.Error("Classical bits start as 0 and take other values by measurement alone; remove the value.");
        }
    }

    private int Size(Expression? size, string name, int most, string what)
    {
        if (size is null)
        {
            return 1;
        }

        long value = _evaluator.Whole(size, "A register's size");
        return value >= 1 && value <= most
            ? (int)value
            : throw size.At.Error($"'{name}' has {value} {what}; a register has 1 to {most}.");
    }

    private void Declare(ClassicalDeclaration declaration)
    {
        var symbol = new VariableSymbol(declaration.At, declaration.Type, declaration.IsConstant, _conditionDepth);
        if (declaration.IsInput)
        {
            RequireTopLevel(declaration.At, "'input'");
            symbol.Value = Input(declaration);
        }
        else if (declaration.Value is { } value)
        {
            symbol.Value = Evaluator.Convert(_evaluator.Evaluate(value), declaration.Type, value.At);
        }

        _scope.Declare(declaration.Name, declaration.At, symbol);
    }

    private Value Input(ClassicalDeclaration declaration)
    {
        if (_options.Values.TryGetValue(declaration.Name, out double given))
        {
            _usedValues.Add(declaration.Name);
            return double.IsFinite(given)
                ? Evaluator.Convert(Value.Of(given), declaration.Type, declaration.At)
                : throw declaration.At.Error($"The value of the input '{declaration.Name}' must be finite; got {given}.");
        }

        if (declaration.Type is not ("float" or "angle"))
        {
            throw declaration.At.Error($"The input '{declaration.Name}' of type {declaration.Type} needs a value; give one ('--set {declaration.Name}=1').");
        }

        _inputs.Add(declaration.Name);
        return Value.Of(new Angle(0, [new AngleTerm(_inputs.Count - 1, 1)]));
    }

    private void Assign(AssignmentStatement assignment)
    {
        if (assignment.Target is NameNode name && _scope.Find(name.Name) is VariableSymbol variable)
        {
            if (assignment.Value is MeasureNode measured)
            {
                throw measured.At.Error($"A measurement goes into a bit; '{name.Name}' is of type {variable.Type}.");
            }

            if (variable.IsConstant)
            {
                throw assignment.At.Error($"'{name.Name}' is constant; declare it without 'const' or 'input' to assign to it.");
            }

            if (variable.ConditionDepth != _conditionDepth)
            {
                throw assignment.At.Error($"'{name.Name}' would depend on a measured bit here; classical variables must be known when the file is read.");
            }

            Value value = _evaluator.Evaluate(assignment.Value);
            if (assignment.Operator != "=")
            {
                Value before = variable.Value ?? throw assignment.At.Error($"'{name.Name}' has no value yet; assign one first.");
                value = Evaluator.Binary(assignment.Operator[..^1], before, value, assignment.At);
            }

            variable.Value = Evaluator.Convert(value, variable.Type, assignment.Value.At);
            return;
        }

        Elements target = Resolve(assignment.Target);
        if (target.AreQubits)
        {
            throw assignment.At.Error("Qubits cannot be assigned to; use 'let' for another name of them, or gates to change them.");
        }

        if (assignment is not { Operator: "=", Value: MeasureNode measure })
        {
            throw assignment.At.Error("Classical bits take their values by measurement alone, as in c = measure q.");
        }

        Measure(measure.At, measure.Source, target, assignment.At);
    }

    // Statements

    private void Measure(Position at, Expression source, Elements target, Position targetAt)
    {
        Elements qubits = Qubits(source);
        if (target.AreQubits)
        {
            throw targetAt.Error("A measurement goes into classical bits; this is a register of qubits.");
        }

        if (qubits.Indices.Length != target.Indices.Length)
        {
            throw at.Error(
                $"{GateSymbol.Number(qubits.Indices.Length, "qubit")} cannot be measured into {GateSymbol.Number(target.Indices.Length, "bit")}; both must be as many.");
        }

        Spend(qubits.Indices.Length);
        for (int i = 0; i < qubits.Indices.Length; i++)
        {
            Emit(new MeasureInstruction(qubits.Indices[i], target.Indices[i]));
        }
    }

    private void Barrier(BarrierStatement barrier)
    {
        var qubits = new SortedSet<int>();
        foreach (Expression operand in barrier.Operands)
        {
            qubits.UnionWith(Qubits(operand).Indices);
        }

        if (barrier.Operands.IsEmpty)
        {
            qubits.UnionWith(Enumerable.Range(0, Math.Max(_qubits, _highestHardwareQubit + 1)));
        }

        Emit(new BarrierInstruction([.. qubits]));
    }

    private void If(IfStatement statement)
    {
        ConditionTree tree = Condition(statement.Condition);
        if (tree is KnownCondition known)
        {
            RunBlock(known.Holds ? statement.Then : statement.Else);
            return;
        }

        Block then = Conditional(statement.Then);
        Block otherwise = Conditional(statement.Else);
        if (then.Size + otherwise.Size > 0)
        {
            Block block = Block.Under(tree, then, otherwise, CheckSize);
            foreach (Instruction instruction in block.Instructions)
            {
                Emit(instruction, 0);
            }

            _blockSize += block.Size;
            CheckSize(_blockSize);
        }
    }

    private Block Conditional(ImmutableArray<Statement> statements)
    {
        (ImmutableArray<Instruction>.Builder outer, long size) = (_block, _blockSize);
        (_block, _blockSize) = (ImmutableArray.CreateBuilder<Instruction>(), 0);
        _conditionDepth++;
        RunBlock(statements);
        _conditionDepth--;
        var block = new Block(_block.ToImmutable(), _blockSize);
        (_block, _blockSize) = (outer, size);
        return block;
    }

    private ConditionTree Condition(Expression expression)
    {
        if (TryBits(expression) is { } alone)
        {
            return Test(alone, 0, Comparison.NotEqual, expression.At);
        }

        switch (expression)
        {
            case UnaryNode { Operator: "~" } node when TryBits(node.Operand) is { Indices.Length: > 1 }:
                throw expression.At.Error("'~' turns the bits of a register round one by one; compare the register with a number instead.");
            case BinaryNode { Operator: "&" or "|" or "^" } node when IsBit(node):
                (ConditionTree first, ConditionTree second) = (Condition(node.Left), Condition(node.Right));
                return node.Operator == "&" ? new BothConditions(first, second)
                    : node.Operator == "|" ? new EitherCondition(first, second)
                    : Differ(first, second);
            case UnaryNode { Operator: "!" or "~" } unary when unary.Operator == "!" || IsBit(unary):
                ConditionTree inner = Condition(unary.Operand);
                return inner is KnownCondition turned ? new KnownCondition(!turned.Holds) : new NotCondition(inner);
            case CallNode { Name: "bool", Arguments: [var cast] } when TryBits(cast) is not null:
                return Condition(cast);
            case BinaryNode { Operator: "&&" } both:
                return (Condition(both.Left), Condition(both.Right)) switch
                {
                    (KnownCondition { Holds: false }, _) or (_, KnownCondition { Holds: false }) => new KnownCondition(false),
                    (KnownCondition, var right) => right,
                    (var left, KnownCondition) => left,
                    var (left, right) => new BothConditions(left, right),
                };
            case BinaryNode { Operator: "||" } either:
                return (Condition(either.Left), Condition(either.Right)) switch
                {
                    (KnownCondition { Holds: true }, _) or (_, KnownCondition { Holds: true }) => new KnownCondition(true),
                    (KnownCondition, var right) => right,
                    (var left, KnownCondition) => left,
                    var (left, right) => new EitherCondition(left, right),
                };
            case BinaryNode { Operator: "==" or "!=" or "<" or "<=" or ">" or ">=" } comparison:
                return Compare(comparison);
            default:
                return new KnownCondition(_evaluator.Truth(expression));
        }
    }

    private ConditionTree Compare(BinaryNode node)
    {
        Elements? left = TryBits(node.Left), right = TryBits(node.Right);
        if (left is null && right is null)
        {
            return new KnownCondition(_evaluator.Truth(node));
        }

        if (left is not null && right is not null)
        {
            return Same(left.Value, right.Value, node);
        }

        Comparison comparison = node.Operator switch
        {
            "==" => Comparison.Equal,
            "!=" => Comparison.NotEqual,
            "<" => left is null ? Comparison.Greater : Comparison.Less,
            "<=" => left is null ? Comparison.GreaterOrEqual : Comparison.LessOrEqual,
            ">" => left is null ? Comparison.Less : Comparison.Greater,
            _ => left is null ? Comparison.LessOrEqual : Comparison.GreaterOrEqual,
        };
        long value = _evaluator.Whole(left is null ? node.Left : node.Right, "What measured bits are compared with");
        return Test((left ?? right)!.Value, value, comparison, node.At);
    }

    /// <summary>Whether two registers have the same bits, or not.</summary>
    private static ConditionTree Same(Elements left, Elements right, BinaryNode node)
    {
        if (node.Operator is not ("==" or "!=") || left.Indices.Length != right.Indices.Length)
        {
            throw node.At.Error("Two registers of measured bits are compared by == and != alone, and must have as many bits; compare each with a number.");
        }

        ConditionTree same = left.Indices
            .Select((bit, i) => (ConditionTree)new NotCondition(Differ(IsSet(bit), IsSet(right.Indices[i]))))
            .Aggregate((all, next) => new BothConditions(all, next));
        return node.Operator == "==" ? same : new NotCondition(same);
    }

    private static BitsCondition IsSet(int bit) => new(new Condition([bit], 1));

    private static EitherCondition Differ(ConditionTree a, ConditionTree b) =>
        new(new BothConditions(a, new NotCondition(b)), new BothConditions(new NotCondition(a), b));

    /// <summary>Whether an expression is one measured bit, or such bits joined by operators on bits.</summary>
    private bool IsBit(Expression expression) => expression switch
    {
        UnaryNode { Operator: "!" or "~" } node => IsBit(node.Operand),
        BinaryNode { Operator: "&" or "|" or "^" } node => IsBit(node.Left) && IsBit(node.Right),
        _ => TryBits(expression) is { Indices.Length: 1 },
    };

    private static ConditionTree Test(Elements bits, long value, Comparison comparison, Position at)
    {
        if (bits.Indices.Length > 64)
        {
            throw at.Error($"A condition reads at most 64 bits at a time; got {bits.Indices.Length}.");
        }

        // Bits are never negative.
        return value >= 0
            ? new BitsCondition(new Condition([.. bits.Indices], (ulong)value, comparison))
            : new KnownCondition(comparison is Comparison.NotEqual or Comparison.Greater or Comparison.GreaterOrEqual);
    }

    /// <summary>The measured bits that an expression names; null where it is anything else.</summary>
    private Elements? TryBits(Expression expression)
    {
        // Bits read as a number are what they are compared as anyway.
        Expression bits = expression is CallNode { Name: "int" or "uint", Arguments: [var cast] } ? cast : expression;
        Expression root = bits;
        while (root is IndexNode index)
        {
            root = index.Target;
        }

        return root is NameNode name && _scope.Find(name.Name) is ElementsSymbol { Elements.AreQubits: false } ? Resolve(bits) : null;
    }

    private void For(ForStatement loop, Action<Statement> run)
    {
        Scope outer = _scope;
        foreach (long value in Values(loop.Range))
        {
            _position = loop.At;
            Spend();
            _scope = new Scope(outer);
            _scope.Set(loop.Variable, new VariableSymbol(loop.At, "int", true, _conditionDepth) { Value = Value.Of(value) });
            foreach (Statement statement in loop.Body)
            {
                run(statement);
            }
        }

        _scope = outer;
    }

    private IEnumerable<long> Values(Expression range)
    {
        switch (range)
        {
            case RangeNode node:
                if (node.Start is null || node.Stop is null)
                {
                    throw node.At.Error("A loop's range needs its start and its stop, as in [0:3].");
                }

                long step = Step(node);
                BigInteger stop = _evaluator.Whole(node.Stop, "A loop's stop");
                for (BigInteger i = _evaluator.Whole(node.Start, "A loop's start"); step > 0 ? i <= stop : i >= stop; i += step)
                {
                    yield return (long)i;
                }

                break;
            case SetNode set:
                foreach (Expression item in set.Items)
                {
                    yield return _evaluator.Whole(item, "A loop's value");
                }

                break;
            default:
                throw range.At.Error("A loop runs over a range [start:stop] or a set {0, 2}; a single number is neither.");
        }
    }

    private long Step(RangeNode node)
    {
        long step = node.Step is null ? 1 : _evaluator.Whole(node.Step, "A range's step");
        return step != 0 ? step : throw node.Step!.At.Error("A range's step must not be 0.");
    }

    // Registers

    private Elements Qubits(Expression expression)
    {
        Elements elements = Resolve(expression);
        return elements.AreQubits ? elements : throw expression.At.Error("Qubits belong here; this is a register of classical bits.");
    }

    private Elements Resolve(Expression expression)
    {
        switch (expression)
        {
            case NameNode name:
                return _scope.Find(name.Name) switch
                {
                    ElementsSymbol symbol => symbol.Elements,
                    null => throw name.At.Error($"'{name.Name}' is not defined here; declare it first, as in qubit[2] {name.Name} or bit[2] {name.Name}."),
                    _ => throw name.At.Error($"'{name.Name}' is a number; a register or one of its elements belongs here."),
                };
            case HardwareQubitNode hardware:
                return HardwareQubit(hardware);
            case IndexNode index:
                return Index(index);
            case BinaryNode { Operator: "++" } joined:
                Elements left = Resolve(joined.Left), right = Resolve(joined.Right);
                return left.AreQubits == right.AreQubits
                    ? new Elements(left.AreQubits, [.. left.Indices, .. right.Indices], true)
                    : throw joined.At.Error("Qubits and classical bits cannot be joined.");
            default:
                throw expression.At.Error("A register or one of its elements belongs here, as in q or q[0].");
        }
    }

    private Elements HardwareQubit(HardwareQubitNode node)
    {
        if (_qubits > 0)
        {
            throw node.At.Error("This file declares registers and uses hardware qubits like $0 too; use one of the two.");
        }

        if (node.Index >= Guard.MaximumQubits)
        {
            throw node.At.Error($"Hardware qubit ${node.Index} is outside what can be simulated (valid: $0-${Guard.MaximumQubits - 1}).");
        }

        _highestHardwareQubit = Math.Max(_highestHardwareQubit, node.Index);
        return new Elements(true, [node.Index], false);
    }

    private Elements Index(IndexNode node)
    {
        Elements whole = Resolve(node.Target);
        if (!whole.IsArray)
        {
            throw node.At.Error($"This is a single {whole.Kind}; it has no elements to choose from.");
        }

        switch (node.Index)
        {
            case RangeNode range:
                return whole with { Indices = Slice(range, whole) };
            case SetNode set:
                return whole with { Indices = [.. set.Items.Select(item => Element(whole, item))] };
            default:
                return whole with { Indices = [Element(whole, node.Index)], IsArray = false };
        }
    }

    private int Element(Elements whole, Expression index) => Element(whole, _evaluator.Whole(index, "An index"), index.At);

    private int Element(Elements whole, long value, Position at)
    {
        int size = whole.Indices.Length;
        long place = value < 0 && _version == OpenQasmVersion.Three ? value + size : value;
        return place >= 0 && place < size
            ? whole.Indices[place]
            : throw at.Error($"{(whole.AreQubits ? "Qubit" : "Bit")} {value} is outside this register of {GateSymbol.Number(size, whole.Kind)} (valid: 0-{size - 1}).");
    }

    private int[] Slice(RangeNode range, Elements whole)
    {
        long step = Step(range);
        int size = whole.Indices.Length;
        long start = range.Start is null ? (step > 0 ? 0 : size - 1) : Place(range.Start);
        long stop = range.Stop is null ? (step > 0 ? size - 1 : 0) : Place(range.Stop);
        var indices = new List<int>();
        Position at = (range.Start ?? range.Stop ?? range).At;
        for (BigInteger i = start; step > 0 ? i <= stop : i >= stop; i += step)
        {
            indices.Add(Element(whole, (long)i, at));
        }

        return indices.Count > 0 ? [.. indices] : throw range.At.Error("This range has no elements; its start must not lie behind its stop.");

        long Place(Expression end)
        {
            long place = _evaluator.Whole(end, "An end of a range");
            return place < 0 && place >= -size ? place + size : place;
        }
    }

    // Gates

    private void Define(GateDefinitionStatement definition)
    {
        RequireTopLevel(definition.At, "A gate definition");
        if (!_ownGates.Add(definition.Name) || definition.Name is "U" or "gphase")
        {
            throw definition.At.Error($"The gate '{definition.Name}' is defined already; choose another name.");
        }

        var names = new HashSet<string>();
        foreach (Token name in definition.Parameters.Concat(definition.Qubits))
        {
            if (!names.Add(name.Text))
            {
                throw name.At.Error($"The gate '{definition.Name}' names '{name.Text}' twice; its parameters and qubits need different names.");
            }
        }

        if (definition.Qubits.IsEmpty && !definition.IsOpaque && _version == OpenQasmVersion.Two)
        {
            throw definition.At.Error($"The gate '{definition.Name}' acts on no qubit; name at least one.");
        }

        var callees = new Dictionary<GateCall, GateSymbol>(ReferenceEqualityComparer.Instance);
        Scope outer = _scope;
        _scope = new Scope(outer, isGate: true);
        Bind(definition, [.. definition.Parameters.Select(_ => Angle.Zero)], [.. Enumerable.Range(0, definition.Qubits.Length)]);
        int depth = 1 + CheckBody(definition, definition.Body, callees);
        _scope = outer;
        if (depth > MaximumGateDepth)
        {
            throw definition.At.Error($"Gate definitions nest at most {MaximumGateDepth} deep; '{definition.Name}' goes deeper.");
        }

        _gates[definition.Name] = new GateSymbol(definition.Name, definition.Parameters.Length, definition.Qubits.Length)
        {
            Definition = definition,
            Callees = callees,
            Depth = depth,
        };
    }

    /// <summary>Looks at a gate's body when it is defined, and returns how deep the gates nest that it calls.</summary>
    private int CheckBody(GateDefinitionStatement definition, ImmutableArray<Statement> body, Dictionary<GateCall, GateSymbol> callees)
    {
        int depth = 0;
        foreach (Statement statement in body)
        {
            switch (statement)
            {
                case GateCall call:
                    if (call.Name.Text == definition.Name)
                    {
                        throw call.Name.At.Error($"The gate '{definition.Name}' calls itself; a gate may call gates alone that were defined before it.");
                    }

                    GateSymbol? callee = IsGlobalPhase(call) ? null : Gate(call);
                    if (callee is not null)
                    {
                        callees[call] = callee;
                        depth = Math.Max(depth, callee.Depth);
                    }

                    if (call.Modifiers.All(modifier => modifier.Argument is null))
                    {
                        CheckArity(call, callee, Controls(call, out _));
                    }

                    foreach (Expression argument in call.Arguments)
                    {
                        _evaluator.CheckNames(argument);
                    }

                    foreach (Expression operand in call.Operands)
                    {
                        CheckGateOperand(definition, operand);
                    }

                    break;
                case BarrierStatement barrier:
                    foreach (Expression operand in barrier.Operands)
                    {
                        CheckGateOperand(definition, operand);
                    }

                    break;
                case ForStatement loop:
                    Scope outer = _scope;
                    _scope = new Scope(outer);
                    _scope.Set(loop.Variable, new VariableSymbol(loop.At, "int", true, _conditionDepth));
                    depth = Math.Max(depth, CheckBody(definition, loop.Body, callees));
                    _scope = outer;
                    break;
                default:
                    throw statement.At.Error("A gate's body holds gates, barriers and loops of them alone; this is something else.");
            }
        }

        return depth;
    }

    private void CheckGateOperand(GateDefinitionStatement definition, Expression operand)
    {
        if (operand is not NameNode name || _scope.Find(name.Name) is not ElementsSymbol)
        {
            throw operand.At.Error(
                $"Inside of '{definition.Name}' gates act on its own qubits alone ({string.Join(", ", definition.Qubits.Select(q => q.Text))}), without an index.");
        }
    }

    private void Bind(GateDefinitionStatement definition, ReadOnlySpan<Angle> angles, ReadOnlySpan<int> qubits)
    {
        for (int i = 0; i < angles.Length; i++)
        {
            Token name = definition.Parameters[i];
            _scope.Declare(name.Text, name.At, new VariableSymbol(name.At, "angle", true, _conditionDepth) { Value = Value.Of(angles[i]) });
        }

        for (int i = 0; i < qubits.Length; i++)
        {
            Token name = definition.Qubits[i];
            _scope.Declare(name.Text, name.At, new ElementsSymbol(name.At, new Elements(true, [qubits[i]], false)));
        }
    }

    private GateSymbol Gate(GateCall call)
    {
        if (_gates.TryGetValue(call.Name.Text, out GateSymbol? gate))
        {
            return gate;
        }

        string name = call.Name.Text;
        string library = _version == OpenQasmVersion.Two ? StandardGates.Library2 : StandardGates.Library3;
        bool there = (_version == OpenQasmVersion.Two ? StandardGates.Qelib1 : StandardGates.Stdgates).ContainsKey(name);
        throw call.Name.At.Error(there
            ? $"The gate '{name}' is not defined; include \"{library}\" has it."
            : $"The gate '{name}' is not defined; define it before its use, or use one of {library}.");
    }

    private void Apply(GateCall call)
    {
        Elements[] operands = [.. call.Operands.Select(Qubits)];
        int repetitions = Repetitions(call, operands);
        var qubits = new int[operands.Length];
        for (int i = 0; i < repetitions; i++)
        {
            for (int k = 0; k < qubits.Length; k++)
            {
                qubits[k] = operands[k].Indices[operands[k].IsArray ? i : 0];
            }

            var composer = new GateComposer(Spend);
            Compose(call, null, qubits, composer);
            foreach (GateStep step in composer.Steps)
            {
                Emit(step);
            }
        }
    }

    /// <summary>Registers are taken element by element, all of one size; single qubits take part in every round.</summary>
    private static int Repetitions(GateCall call, Elements[] operands)
    {
        int size = -1;
        for (int k = 0; k < operands.Length; k++)
        {
            if (!operands[k].IsArray)
            {
                continue;
            }

            int own = operands[k].Indices.Length;
            if (size >= 0 && own != size)
            {
                throw call.Operands[k].At.Error($"'{call.Name.Text}' takes registers of one size together; got {size} and {own} qubits.");
            }

            size = own;
        }

        return Math.Max(size, 1);
    }

    private void Emit(GateStep step)
    {
        foreach (Angle angle in step.Angles)
        {
            RequireFinite(angle);
        }

        if (IsGlobalPhase(step) && _conditionDepth == 0 && step.IsConstant)
        {
            _globalPhase = Math.IEEERemainder(_globalPhase + step.Angles[0].Constant, Math.Tau);
            return;
        }

        foreach (Operation operation in step.ToOperations(_options.InputKind))
        {
            Emit(new GateInstruction(operation));
        }
    }

    /// <summary>Writes one call on given qubits, the controls among them first.</summary>
    /// <param name="call">The call.</param>
    /// <param name="caller">The gate in whose body it stands; null at the top level.</param>
    /// <param name="qubits">One qubit for each operand.</param>
    /// <param name="composer">Takes the steps.</param>
    private void Compose(GateCall call, GateSymbol? caller, ReadOnlySpan<int> qubits, GateComposer composer)
    {
        CheckDistinct(call, qubits);
        int controls = Controls(call, out bool[] negated);
        GateSymbol? gate = IsGlobalPhase(call) ? null : caller is null ? Gate(call) : caller.Callees[call];
        CheckArity(call, gate, controls);
        Angle[] angles = [.. call.Arguments.Select(_evaluator.Real)];
        if (call.Modifiers.IsEmpty)
        {
            Expand(call, gate, angles, qubits, composer);
            return;
        }

        var inner = new GateComposer(Spend);
        Expand(call, gate, angles, qubits[controls..], inner);
        List<GateStep> steps = inner.Steps;
        for (int i = call.Modifiers.Length - 1; i >= 0; i--)
        {
            // Controls commute with inverses and powers, principal ones too, and are put on last.
            steps = call.Modifiers[i].Kind switch
            {
                ModifierKind.Inverse => Inverse(steps),
                ModifierKind.Power => Power(steps, call.Modifiers[i]),
                _ => steps,
            };
        }

        PutControls(steps, qubits[..controls], negated, composer);
    }

    private static void CheckArity(GateCall call, GateSymbol? gate, int controls)
    {
        int needed = controls + (gate?.QubitCount ?? 0);
        if (call.Operands.Length != needed)
        {
            string with = controls > 0 ? $" with {GateSymbol.Number(controls, "control")}" : "";
            throw call.Name.At.Error($"'{call.Name.Text}'{with} acts on {GateSymbol.Number(needed, "qubit")}; got {call.Operands.Length}.");
        }

        int parameters = gate?.ParameterCount ?? 1;
        if (call.Arguments.Length != parameters)
        {
            throw call.Name.At.Error($"'{call.Name.Text}' takes {GateSymbol.Number(parameters, "parameter")}; got {call.Arguments.Length}.");
        }
    }

    private static void PutControls(List<GateStep> steps, ReadOnlySpan<int> controls, bool[] negated, GateComposer composer)
    {
        if (steps.Count == 0)
        {
            return;
        }

        FlipNegated(controls, negated, composer);
        foreach (GateStep step in steps)
        {
            composer.Controlled(step, controls);
        }

        FlipNegated(controls, negated, composer);
    }

    private static void FlipNegated(ReadOnlySpan<int> controls, bool[] negated, GateComposer composer)
    {
        for (int i = 0; i < controls.Length; i++)
        {
            if (negated[i])
            {
                composer.Append(GateCatalog.X, [controls[i]]);
            }
        }
    }

    private static void CheckDistinct(GateCall call, ReadOnlySpan<int> qubits)
    {
        for (int i = 1; i < qubits.Length; i++)
        {
            if (qubits[..i].Contains(qubits[i]))
            {
                throw call.Operands[i].At.Error($"'{call.Name.Text}' needs different qubits; got one of them twice.");
            }
        }
    }

    private int Controls(GateCall call, out bool[] negated)
    {
        if (call.Modifiers.IsEmpty)
        {
            negated = [];
            return 0;
        }

        var list = new List<bool>();
        foreach (Modifier modifier in call.Modifiers)
        {
            if (modifier.Kind is not (ModifierKind.Control or ModifierKind.NegatedControl))
            {
                continue;
            }

            long count = modifier.Argument is null ? 1 : _evaluator.Whole(modifier.Argument, "The number of controls");
            if (count < 1 || count + list.Count > MaximumControls)
            {
                throw modifier.At.Error($"A gate has 1 to {MaximumControls} controls; got {count + list.Count}.");
            }

            list.AddRange(Enumerable.Repeat(modifier.Kind == ModifierKind.NegatedControl, (int)count));
        }

        negated = [.. list];
        return negated.Length;
    }

    private void Expand(GateCall call, GateSymbol? gate, Angle[] angles, ReadOnlySpan<int> qubits, GateComposer composer)
    {
        if (gate is null)
        {
            composer.GlobalPhase(angles[0], qubits.IsEmpty ? 0 : qubits[0]);
            return;
        }

        if (gate.BuiltIn is { } builtIn)
        {
            builtIn(composer, angles, qubits);
            return;
        }

        GateDefinitionStatement definition = gate.Definition!;
        if (definition.IsOpaque)
        {
            throw call.Name.At.Error($"The gate '{gate.Name}' is opaque: what it does is not said, so it cannot be simulated; define it.");
        }

        (Scope outer, Position position) = (_scope, _position);
        _scope = new Scope(Outermost(outer), isGate: true);
        Bind(definition, angles, qubits);
        foreach (Statement statement in definition.Body)
        {
            ExpandStatement(statement, gate, composer);
        }

        (_scope, _position) = (outer, position);
    }

    private void ExpandStatement(Statement statement, GateSymbol gate, GateComposer composer)
    {
        Spend();
        if (++_expansionDepth > MaximumExpansionDepth)
        {
            throw statement.At.Error($"Gates and loops in gates nest at most {MaximumExpansionDepth} deep; this goes deeper.");
        }

        if (statement is ForStatement loop)
        {
            For(loop, inner => ExpandStatement(inner, gate, composer));
        }
        else if (statement is GateCall call)
        {
            Span<int> qubits = stackalloc int[Guard.MaximumQubits];
            if (call.Operands.Length > qubits.Length)
            {
                throw call.At.Error($"A gate acts on at most {Guard.MaximumQubits} qubits; got {call.Operands.Length}.");
            }

            for (int i = 0; i < call.Operands.Length; i++)
            {
                qubits[i] = Resolve(call.Operands[i]).Indices[0];
            }

            Compose(call, gate, qubits[..call.Operands.Length], composer);
        }

        _expansionDepth--;
    }

    private static Scope Outermost(Scope scope)
    {
        while (scope.Outer is { } outer)
        {
            scope = outer;
        }

        return scope;
    }

    private static List<GateStep> Inverse(List<GateStep> steps)
    {
        var inverse = new List<GateStep>(steps.Count);
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            inverse.Add(steps[i].Inverse());
        }

        return inverse;
    }

    private List<GateStep> Power(List<GateStep> steps, Modifier modifier)
    {
        double exponent = _evaluator.Constant(modifier.Argument!, "An exponent");
        if (Math.Abs(exponent) > LargestExponent)
        {
            throw modifier.At.Error($"An exponent is from -{LargestExponent} to {LargestExponent}; got {exponent}.");
        }

        if (exponent == 0 || steps.Count == 0)
        {
            return [];
        }

        bool whole = exponent == Math.Floor(exponent);
        if (whole && steps is [{ Angles.Length: 1 } turn])
        {
            RequireFinite(exponent * turn.Angles[0]);
            return [turn with { Angles = [exponent * turn.Angles[0]] }];
        }

        // A global phase is written on any qubit; it must not count.
        int[] qubits = [.. steps.Where(step => !IsGlobalPhase(step)).SelectMany(step => step.Qubits).Distinct()];
        if (qubits.Length == 0)
        {
            qubits = [.. steps[0].Qubits];
        }

        bool small = qubits.Length <= MatrixQubits && steps.All(step => step.IsConstant);
        if (whole && (!small || Math.Abs(exponent) * steps.Count <= LongestRepetition))
        {
            Spend((long)Math.Min(Math.Abs(exponent) * steps.Count, int.MaxValue));
            List<GateStep> once = exponent < 0 ? Inverse(steps) : steps;
            return [.. Enumerable.Repeat(once, (int)Math.Abs(exponent)).SelectMany(list => list)];
        }

        if (!small)
        {
            throw modifier.At.Error(
                $"A power that is no whole number is possible for a gate on at most {MatrixQubits} qubits whose angles are known; this one has "
                + (qubits.Length > MatrixQubits ? $"{qubits.Length} qubits." : "an input among its angles, so give that a value."));
        }

        steps.ForEach(step => step.Angles.ToList().ForEach(RequireFinite));
        Complex[,] power = UnitaryMath.Power(
            UnitaryMath.Product(steps.Select(step => IsGlobalPhase(step) ? step with { Qubits = [qubits[0]] } : step), qubits), exponent);
        return steps.TrueForAll(IsGlobalPhase)
            ? [new GateStep(GateCatalog.GlobalPhase, [qubits[0]], [power[0, 0].Phase])]
            : [new GateStep(GateDefinition.FromUnitary(power, "pow"), [.. qubits], [])];
    }

    private bool IsGlobalPhase(GateCall call) => call.Name.Text == "gphase" && _version == OpenQasmVersion.Three;

    private static bool IsGlobalPhase(GateStep step) => ReferenceEquals(step.Gate, GateCatalog.GlobalPhase);

    private void RequireFinite(Angle angle)
    {
        if (!double.IsFinite(angle.Constant) || angle.Terms.Any(term => !double.IsFinite(term.Coefficient)))
        {
            throw _position.Error("An angle is too large for a number here; the largest is 1.79e308.");
        }
    }
}
