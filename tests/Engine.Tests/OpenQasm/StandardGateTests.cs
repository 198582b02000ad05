using System.Numerics;
using QDiff.Engine.OpenQasm.Lowering;
using QDiff.Engine.Tests.Reference;
using static QDiff.Engine.Tests.Reference.ReferenceGates;

namespace QDiff.Engine.Tests.OpenQasm;

public class StandardGateTests
{
    private static readonly double[] Angles = [0.7, -1.9, 2.3, 0.4];

    public static TheoryData<string> Library2 => [.. StandardGates.Qelib1.Keys, "U", "CX"];

    public static TheoryData<string> Library3 => [.. StandardGates.Stdgates.Keys, "U"];

    [Fact]
    public void Libraries_HaveEveryGateOfTheirFiles()
    {
        string[] qelib =
        [
            "u3", "u2", "u1", "cx", "id", "u0", "u", "p", "x", "y", "z", "h", "s", "sdg", "t", "tdg", "rx", "ry", "rz", "sx", "sxdg", "cz", "cy",
            "swap", "ch", "ccx", "cswap", "crx", "cry", "crz", "cu1", "cp", "cu3", "csx", "cu", "rxx", "rzz", "rccx", "rc3x", "c3x", "c3sqrtx", "c4x",
        ];
        string[] std =
        [
            "p", "x", "y", "z", "h", "s", "sdg", "t", "tdg", "sx", "rx", "ry", "rz", "cx", "cy", "cz", "cp", "crx", "cry", "crz", "ch", "swap",
            "ccx", "cswap", "cu", "CX", "phase", "cphase", "id", "u1", "u2", "u3",
        ];
        Assert.Equal(qelib.Order(), StandardGates.Qelib1.Keys.Order());
        Assert.Equal(std.Order(), StandardGates.Stdgates.Keys.Order());
    }

    [Theory]
    [MemberData(nameof(Library2))]
    public void GateOfVersionTwo_OnEveryOrderOfQubits_IsItsMatrix(string name) =>
        AssertMatrix(QasmRun.Two + "qreg q[5];\n", name, Matrix2(name));

    [Theory]
    [MemberData(nameof(Library3))]
    public void GateOfVersionThree_OnEveryOrderOfQubits_IsItsMatrix(string name) =>
        AssertMatrix(QasmRun.Three + "qubit[5] q;\n", name, Matrix3(name));

    [Theory]
    [MemberData(nameof(Library3))]
    public void GateOfVersionThree_UnderControlsAndInverted_IsItsMatrix(string name)
    {
        Complex[,] matrix = Matrix3(name);
        int arity = BitOperations.Log2((uint)matrix.GetLength(0));
        int[] qubits = [3, 1, 4, 0, 2, 5];
        for (int controls = 1; controls <= 3; controls++)
        {
            // The reference's first control is a zero that fires, the others are ones.
            Complex[,] full = AdjointOf(matrix);
            for (int c = 0; c < controls; c++)
            {
                full = Controlled(full);
            }

            int[] operands = qubits[..(arity + controls)];
            DenseState state = QasmRun.RandomState(6, 5);
            state.Apply(X, operands[0]).Apply(full, operands).Apply(X, operands[0]);
            string modifiers = controls == 1 ? "negctrl @ inv @" : $"negctrl @ inv @ ctrl({controls - 1}) @";
            QasmRun.AssertSame(state, $"{QasmRun.Three}qubit[6] q;\n{modifiers} {Call(name, StandardGates.Stdgates.GetValueOrDefault(name)?.ParameterCount ?? 3, operands)}", 5);
        }
    }

    private static void AssertMatrix(string head, string name, Complex[,] matrix)
    {
        int arity = BitOperations.Log2((uint)matrix.GetLength(0));
        int parameters = head.Contains("OPENQASM 2") ? Count(StandardGates.Qelib1.GetValueOrDefault(name), name) : Count(StandardGates.Stdgates.GetValueOrDefault(name), name);
        for (int first = 0; first < 5; first++)
        {
            int[] qubits = [.. Enumerable.Range(0, arity).Select(k => (first + (3 * k)) % 5)];
            QasmRun.AssertSame(QasmRun.RandomState(5, first).Apply(matrix, qubits), head + Call(name, parameters, qubits), first);
        }
    }

    private static int Count(GateSymbol? gate, string name) => gate?.ParameterCount ?? (name == "U" ? 3 : 0);

    private static string Call(string name, int parameters, int[] qubits) => FormattableString.Invariant(
        $"{name}{(parameters > 0 ? $"({string.Join(", ", Angles[..parameters].Select(a => a.ToString(System.Globalization.CultureInfo.InvariantCulture)))})" : "")} {string.Join(", ", qubits.Select(q => $"q[{q}]"))};");

    private static Complex[,] Matrix2(string name) => name switch
    {
        "U" or "u" => Matrix("u3", Angles),
        "CX" => Matrix("cx"),
        "u1" => Matrix("p", Angles),
        "cu1" => Matrix("cp", Angles),
        "u2" => Matrix("u3", Math.PI / 2, Angles[0], Angles[1]),
        "u0" => Identity,
        "cu3" => Controlled(Matrix("u3", Angles)),
        "cu" => Controlled(Times(Matrix("u3", Angles), Angles[3])),
        "csx" => Controlled(Matrix("sx")),
        "c3x" => Controlled(Controlled(Controlled(X))),
        "c4x" => Controlled(Controlled(Controlled(Controlled(X)))),
        "c3sqrtx" => Controlled(Controlled(Controlled(Matrix("sx")))),
        "rccx" => Sequence(3, ("h", [2]), ("t", [2]), ("cx", [1, 2]), ("tdg", [2]), ("cx", [0, 2]), ("t", [2]), ("cx", [1, 2]), ("tdg", [2]), ("h", [2])),
        "rc3x" => Sequence(
            4, ("h", [3]), ("t", [3]), ("cx", [2, 3]), ("tdg", [3]), ("h", [3]), ("cx", [0, 3]), ("t", [3]), ("cx", [1, 3]), ("tdg", [3]), ("cx", [0, 3]),
            ("t", [3]), ("cx", [1, 3]), ("tdg", [3]), ("h", [3]), ("t", [3]), ("cx", [2, 3]), ("tdg", [3]), ("h", [3])),
        _ => Matrix(name, Angles),
    };

    // The phases that the specification of OpenQASM 3 gives to U, u2 and u3.
    private static Complex[,] Matrix3(string name) => name switch
    {
        "U" => Times(Matrix("u3", Angles), Angles[0] / 2),
        "u2" => Times(Matrix("u3", Math.PI / 2, Angles[0], Angles[1]), -(Angles[0] + Angles[1]) / 2),
        "u3" => Times(Matrix("u3", Angles), -(Angles[1] + Angles[2]) / 2),
        "phase" => Matrix("p", Angles),
        "cphase" => Matrix("cp", Angles),
        _ => Matrix2(name),
    };

    private static Complex[,] Times(Complex[,] matrix, double phase)
    {
        var factor = new Complex(Math.Cos(phase), Math.Sin(phase));
        return new[,] { { factor * matrix[0, 0], factor * matrix[0, 1] }, { factor * matrix[1, 0], factor * matrix[1, 1] } };
    }

    private static Complex[,] AdjointOf(Complex[,] matrix)
    {
        int size = matrix.GetLength(0);
        var adjoint = new Complex[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                adjoint[i, j] = Complex.Conjugate(matrix[j, i]);
            }
        }

        return adjoint;
    }

    private static Complex[,] Sequence(int qubits, params (string Gate, int[] Qubits)[] gates)
    {
        int size = 1 << qubits;
        var result = new Complex[size, size];
        for (int column = 0; column < size; column++)
        {
            // Gate matrices have the first qubit as their most significant bit; states have qubit 0 as the least.
            var amplitudes = new Complex[size];
            amplitudes[Reversed(column, qubits)] = 1;
            var state = new DenseState(amplitudes);
            foreach ((string gate, int[] on) in gates)
            {
                state.Apply(Matrix(gate), on);
            }

            for (int row = 0; row < size; row++)
            {
                result[row, column] = state.Amplitudes[Reversed(row, qubits)];
            }
        }

        return result;
    }

    private static int Reversed(int index, int bits) => Enumerable.Range(0, bits).Sum(b => ((index >> b) & 1) << (bits - 1 - b));
}
