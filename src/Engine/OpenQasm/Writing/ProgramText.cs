using System.Collections.Immutable;
using System.Numerics;
using System.Text;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.OpenQasm.Lowering;
using QDiff.Engine.Programs;

namespace QDiff.Engine.OpenQasm.Writing;

/// <summary>Writes one program. The body is written first, so that the head defines the gates that it uses.</summary>
internal sealed class ProgramText
{
    private const string Indent = "  ";

    // Gates of the catalog under the names of both libraries, and those that qelib1.inc has alone.
    private static readonly HashSet<string> s_both =
    [
        "id", "x", "y", "z", "h", "s", "sdg", "t", "tdg", "sx", "rx", "ry", "rz", "p", "cx", "cy", "cz", "swap", "crx", "cry", "crz", "cp", "ccx", "cswap",
    ];

    private static readonly HashSet<string> s_two = ["sxdg", "u3", "rxx", "rzz"];

    private static readonly Dictionary<string, string> s_definitions = new()
    {
        ["sxdg"] = "gate sxdg a { h a; sdg a; h a; }",
        ["iswap"] = "gate iswap a, b { s a; s b; cz a, b; swap a, b; }",
        ["iswapdg"] = "gate iswapdg a, b { sdg a; sdg b; cz a, b; swap a, b; }",
        ["rxx"] = "gate rxx(theta) a, b { cx a, b; rx(theta) a; cx a, b; }",
        ["ryy"] = "gate ryy(theta) a, b { rx(pi/2) a; rx(pi/2) b; cx a, b; rz(theta) b; cx a, b; rx(-pi/2) a; rx(-pi/2) b; }",
        ["rzz"] = "gate rzz(theta) a, b { cx a, b; rz(theta) b; cx a, b; }",
        ["global_phase"] = "gate global_phase(gamma) a { p(gamma) a; x a; p(gamma) a; x a; }",
    };

    private readonly QuantumProgram _program;
    private readonly OpenQasmWriterOptions _options;
    private readonly Names _names = new();
    private readonly StringBuilder _body = new();
    private readonly List<string> _head = [];
    private readonly HashSet<string> _defined = [];
    private readonly Dictionary<GateDefinition, string> _unitaries = [];
    private readonly string[] _qubits;
    private readonly string[] _bits;
    private readonly string[] _bitRegisters;
    private readonly string[] _qubitRegisters;
    private readonly string[] _inputs;
    private readonly string[] _trainables;
    private double _globalPhase;

    public ProgramText(QuantumProgram program, OpenQasmWriterOptions options)
    {
        (_program, _options) = (program, options);
        foreach (string gate in s_both.Concat(s_two).Concat(s_definitions.Keys).Concat(StandardGates.Qelib1.Keys).Concat(StandardGates.Stdgates.Keys))
        {
            _names.Reserve(gate);
        }

        _qubitRegisters = [.. program.QubitRegisters.Select(register => _names.Take(register.Name))];
        _bitRegisters = [.. program.BitRegisters.Select(register => _names.Take(register.Name))];
        _qubits = Elements(program.QubitRegisters, _qubitRegisters);
        _bits = Elements(program.BitRegisters, _bitRegisters);
        bool named = !options.InputNames.IsEmpty;
        _inputs = options.Inputs.IsEmpty
            ? [.. Enumerable.Range(0, program.InputCount).Select(i => _names.Take(named ? options.InputNames[i] : FormattableString.Invariant($"x_{i}")))]
            : [];
        _trainables = options.Trainables.IsEmpty
            ? [.. Enumerable.Range(0, program.TrainableCount).Select(i => _names.Take(FormattableString.Invariant($"theta_{i}")))]
            : [];
    }

    private bool IsTwo => _options.Version == OpenQasmVersion.Two;

    public string Write()
    {
        foreach (Instruction instruction in _program.Instructions)
        {
            Write(instruction, "", isTop: true);
        }

        if (_globalPhase != 0)
        {
            WriteGlobalPhase(Numbers.Of(_globalPhase), _qubits[0], "");
        }

        var text = new StringBuilder();
        text.Append(IsTwo ? "OPENQASM 2.0;\ninclude \"qelib1.inc\";\n" : "OPENQASM 3.0;\ninclude \"stdgates.inc\";\n");
        foreach (string name in _trainables.Concat(_inputs))
        {
            text.Append("input float[64] ").Append(name).Append(";\n");
        }

        foreach (string definition in _head)
        {
            text.Append(definition).Append('\n');
        }

        Declare(text, _program.QubitRegisters, _qubitRegisters, IsTwo ? "qreg" : "qubit");
        Declare(text, _program.BitRegisters, _bitRegisters, IsTwo ? "creg" : "bit");
        return text.Append(_body).ToString();
    }

    private void Declare(StringBuilder text, ImmutableArray<Register> registers, string[] names, string word)
    {
        for (int r = 0; r < names.Length; r++)
        {
            text.Append(word);
            text = IsTwo ? text.Append(' ').Append(names[r]).Append('[').Append(registers[r].Size).Append("];\n")
                : text.Append('[').Append(registers[r].Size).Append("] ").Append(names[r]).Append(";\n");
        }
    }

    private static string[] Elements(ImmutableArray<Register> registers, string[] names) =>
        [.. registers.SelectMany((register, r) => Enumerable.Range(0, register.Size).Select(i => FormattableString.Invariant($"{names[r]}[{i}]")))];

    private void Line(string prefix, string text) => _body.Append(prefix).Append(text).Append('\n');

    private void Write(Instruction instruction, string prefix, bool isTop)
    {
        switch (instruction)
        {
            case GateInstruction gate:
                Write(Bound(gate.Operation), _qubits, prefix, isTop);
                break;
            case MeasureInstruction measure:
                Line(prefix, IsTwo ? $"measure {_qubits[measure.Qubit]} -> {_bits[measure.Bit]};" : $"{_bits[measure.Bit]} = measure {_qubits[measure.Qubit]};");
                break;
            case ResetInstruction reset:
                Line(prefix, $"reset {_qubits[reset.Qubit]};");
                break;
            case BarrierInstruction barrier:
                if (!barrier.Qubits.IsEmpty)
                {
                    Line(prefix, $"barrier {string.Join(", ", barrier.Qubits.Length == _qubits.Length ? _qubitRegisters : barrier.Qubits.Select(q => _qubits[q]))};");
                }

                break;
            case IfInstruction block when IsTwo:
                WriteIfTwo(block, prefix);
                break;
            case IfInstruction block:
                WriteIf(block, prefix);
                break;
            case ChannelInstruction channel:
                throw new ArgumentException(
                    $"OpenQASM has no noise channels, and the program has '{channel.Channel.Name}'; write the program without noise and keep the noise in a noise model.");
        }
    }

    private void WriteIf(IfInstruction block, string prefix)
    {
        Line(prefix, $"if ({Test(block.Condition)}) {{");
        foreach (Instruction instruction in block.Then)
        {
            Write(instruction, prefix + Indent, isTop: false);
        }

        if (!block.Else.IsEmpty)
        {
            Line(prefix, "} else {");
            foreach (Instruction instruction in block.Else)
            {
                Write(instruction, prefix + Indent, isTop: false);
            }
        }

        Line(prefix, "}");
    }

    private void WriteIfTwo(IfInstruction block, string prefix)
    {
        int register = WholeRegister(block.Condition);
        if (register < 0 || block.Condition.Comparison != Comparison.Equal || !block.Else.IsEmpty || prefix.Length > 0
            || block.Then.Take(block.Then.Length - 1).Any(i => i is MeasureInstruction measure && block.Condition.Bits.Contains(measure.Bit)))
        {
            throw new ArgumentException(
                "OpenQASM 2.0 has conditions of the form if(c==2) on whole registers alone, without 'else' and without blocks; write OpenQASM 3.");
        }

        foreach (Instruction instruction in block.Then)
        {
            Write(instruction, FormattableString.Invariant($"if({_bitRegisters[register]}=={block.Condition.Value}) "), isTop: false);
        }
    }

    private int WholeRegister(Condition condition)
    {
        for (int r = 0; r < _bitRegisters.Length; r++)
        {
            Register register = _program.BitRegisters[r];
            if (condition.Bits.SequenceEqual(Enumerable.Range(register.First, register.Size)))
            {
                return r;
            }
        }

        return -1;
    }

    private string Test(Condition condition)
    {
        string sign = condition.Comparison switch
        {
            Comparison.Equal => "==",
            Comparison.NotEqual => "!=",
            Comparison.Less => "<",
            Comparison.LessOrEqual => "<=",
            Comparison.Greater => ">",
            _ => ">=",
        };
        if (condition.Value > long.MaxValue)
        {
            throw new ArgumentException($"A condition with the value {condition.Value} cannot be written; values go to {long.MaxValue}.");
        }

        if (condition.Bits.Length == 1)
        {
            return FormattableString.Invariant($"{_bits[condition.Bits[0]]} {sign} {condition.Value}");
        }

        if (WholeRegister(condition) is >= 0 and var whole)
        {
            return FormattableString.Invariant($"{_bitRegisters[whole]} {sign} {condition.Value}");
        }

        int home = RegisterOf(condition.Bits[0]);
        if (condition.Bits.All(bit => RegisterOf(bit) == home))
        {
            int first = _program.BitRegisters[home].First;
            return FormattableString.Invariant($"{_bitRegisters[home]}[{{{string.Join(", ", condition.Bits.Select(bit => bit - first))}}}] {sign} {condition.Value}");
        }

        if (condition.Comparison is not (Comparison.Equal or Comparison.NotEqual))
        {
            throw new ArgumentException("A condition that compares bits of several registers by size cannot be written; only == and != can.");
        }

        bool equal = condition.Comparison == Comparison.Equal;
        ulong value = condition.Value;
        if (condition.Bits.Length < 64 && value >> condition.Bits.Length != 0)
        {
            return equal ? "false" : "true";
        }

        return string.Join(
            equal ? " && " : " || ",
            condition.Bits.Select((bit, i) => FormattableString.Invariant($"{_bits[bit]} {sign} {(value >> i) & 1}")));
    }

    private int RegisterOf(int bit)
    {
        int r = 0;
        while (bit >= _program.BitRegisters[r].First + _program.BitRegisters[r].Size)
        {
            r++;
        }

        return r;
    }

    private Operation Bound(Operation operation)
    {
        if (operation.Parameters.IsEmpty || (_options.Inputs.IsEmpty && _options.Trainables.IsEmpty))
        {
            return operation;
        }

        return new Operation(operation.Gate, operation.Qubits, [.. operation.Parameters.Select(parameter => parameter.Kind switch
        {
            ParameterKind.Input when !_options.Inputs.IsEmpty => Parameter.Constant(parameter.Evaluate(_options.Inputs[parameter.Index])),
            ParameterKind.Trainable when !_options.Trainables.IsEmpty => Parameter.Constant(parameter.Evaluate(_options.Trainables[parameter.Index])),
            _ => parameter,
        })]);
    }

    private string Number(Parameter parameter) => parameter.Kind switch
    {
        ParameterKind.Constant => Numbers.Of(parameter.Offset),
        ParameterKind.Input => Numbers.Of(parameter, _inputs[parameter.Index]),
        _ => Numbers.Of(parameter, _trainables[parameter.Index]),
    };

    private void Write(Operation operation, string[] qubits, string prefix, bool isTop)
    {
        GateDefinition gate = operation.Gate;
        if (ReferenceEquals(gate, GateCatalog.GlobalPhase))
        {
            WriteGlobalPhase(operation.Parameters[0], qubits[operation.Qubits[0]], prefix, isTop);
        }
        else if (ReferenceEquals(gate, GateCatalog.U3) && !IsTwo)
        {
            // U has the factor e^{iθ/2} that the catalog's gate has not.
            Call("U", operation, qubits, prefix);
            WriteGlobalPhase(-0.5 * operation.Parameters[0], qubits[operation.Qubits[0]], prefix, isTop);
        }
        else if (NameOf(gate) is { } name)
        {
            Call(name, operation, qubits, prefix);
        }
        else if (operation.Parameters.All(parameter => parameter.Kind == ParameterKind.Constant))
        {
            WriteUnitary(operation, qubits, prefix, isTop);
        }
        else if (gate.Decomposition is { } decomposition)
        {
            foreach (GatePart part in decomposition(operation.Parameters))
            {
                Write(new Operation(part.Gate, [.. part.Qubits.Select(q => operation.Qubits[q])], part.Parameters), qubits, prefix, isTop);
            }
        }
        else
        {
            throw new ArgumentException($"The gate '{gate.Name}' has no name in OpenQASM and depends on parameters; give their values.");
        }
    }

    private void Call(string name, Operation operation, string[] qubits, string prefix)
    {
        string angles = operation.Parameters.IsEmpty ? "" : $"({string.Join(", ", operation.Parameters.Select(Number))})";
        Line(prefix, $"{name}{angles} {string.Join(", ", operation.Qubits.Select(q => qubits[q]))};");
    }

    /// <summary>The gate's name in the file, defined there where the library lacks it; null where it has none.</summary>
    private string? NameOf(GateDefinition gate)
    {
        string? name = gate.IsUserGiven ? null : gate.QasmName ?? (ReferenceEquals(gate, GateCatalog.ISWAPdg) ? "iswapdg" : null);
        if (name is null || s_both.Contains(name) || (IsTwo && s_two.Contains(name)))
        {
            return name;
        }

        if (!s_definitions.TryGetValue(name, out string? definition))
        {
            return null;
        }

        if (_defined.Add(name))
        {
            _head.Add(definition);
        }

        return name;
    }

    private void WriteGlobalPhase(Parameter gamma, string qubit, string prefix, bool isTop)
    {
        if (isTop && gamma.Kind == ParameterKind.Constant)
        {
            _globalPhase = Math.IEEERemainder(_globalPhase + gamma.Offset, Math.Tau);
        }
        else if (gamma.Kind != ParameterKind.Constant || gamma.Offset != 0)
        {
            WriteGlobalPhase(Number(gamma), qubit, prefix);
        }
    }

    private void WriteGlobalPhase(string gamma, string qubit, string prefix)
    {
        if (IsTwo && _defined.Add("global_phase"))
        {
            _head.Insert(0, s_definitions["global_phase"]);
        }

        Line(prefix, IsTwo ? $"global_phase({gamma}) {qubit};" : $"gphase({gamma});");
    }

    private void WriteUnitary(Operation operation, string[] qubits, string prefix, bool isTop)
    {
        GateDefinition gate = operation.Gate;
        Complex[,] matrix = gate.Matrix([.. operation.Parameters.Select(parameter => parameter.Offset)]);
        if (gate.Arity == 1)
        {
            foreach (Operation step in Steps(matrix, 1))
            {
                Write(new Operation(step.Gate, operation.Qubits, step.Parameters), qubits, prefix, isTop);
            }

            return;
        }

        if (!_unitaries.TryGetValue(gate, out string? name))
        {
            name = Define(gate, matrix);
            if (gate.ParameterCount == 0)
            {
                _unitaries[gate] = name;
            }
        }

        Call(name, new Operation(gate, operation.Qubits, []), qubits, prefix);
    }

    /// <summary>Puts a matrix into the head as a gate of its own.</summary>
    private string Define(GateDefinition gate, Complex[,] matrix)
    {
        string name = _names.Take(gate.Name.ToLowerInvariant());
        string[] own = ["a", "b", "c"];
        int start = _body.Length;
        foreach (Operation step in Steps(matrix, gate.Arity))
        {
            Write(step, own, Indent, isTop: false);
        }

        // The steps were written at the end of the body; they belong into the head.
        string steps = _body.ToString(start, _body.Length - start);
        _body.Length = start;
        _head.Add($"gate {name} {string.Join(", ", own[..gate.Arity])} {{\n{steps}}}");
        return name;
    }

    private static IEnumerable<Operation> Steps(Complex[,] matrix, int arity)
    {
        var composer = new GateComposer(() => { });
        composer.Synthesize(matrix, Enumerable.Range(0, arity).ToArray(), []);
        return composer.Steps.SelectMany(step => step.ToOperations(ParameterKind.Input));
    }
}
