using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Gates;

namespace QDiff.Engine.Circuits;

/// <summary>
/// Builds a <see cref="Circuit"/> gate by gate. Every call checks qubits and parameters and returns the builder itself.
/// A gate's first listed qubit is the least significant bit of its matrix index; angles are in radians.
/// </summary>
public sealed class CircuitBuilder
{
    private readonly ImmutableArray<Operation>.Builder _operations = ImmutableArray.CreateBuilder<Operation>();
    private int _trainables;
    private int _inputs;

    /// <summary>Starts an empty circuit.</summary>
    /// <param name="qubits">Number of qubits, 1-30.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="qubits"/> is outside 1-30.</exception>
    public CircuitBuilder(int qubits)
    {
        Guard.QubitCount(qubits);
        QubitCount = qubits;
    }

    /// <summary>Number of qubits of the circuit being built.</summary>
    public int QubitCount { get; }

    /// <summary>Appends any gate.</summary>
    /// <exception cref="ArgumentException">
    /// A qubit is outside the register or repeated, the number of qubits or parameters is not the gate's, a constant is not
    /// finite, or an index is negative.
    /// </exception>
    public CircuitBuilder Append(GateDefinition gate, ReadOnlySpan<int> qubits, params ReadOnlySpan<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(gate);
        Guard.GateQubits(gate, qubits, QubitCount);
        Guard.GateParameters(gate, parameters);
        foreach (var parameter in parameters)
        {
            if (parameter.Kind == ParameterKind.Trainable)
            {
                _trainables = Math.Max(_trainables, parameter.Index + 1);
            }
            else if (parameter.Kind == ParameterKind.Input)
            {
                _inputs = Math.Max(_inputs, parameter.Index + 1);
            }
        }

        _operations.Add(new Operation(gate, [.. qubits], [.. parameters]));
        return this;
    }

    /// <summary>Appends a user's own unitary on 1-3 qubits.</summary>
    /// <param name="matrix">2^k × 2^k unitary; the first qubit is the least significant bit of its indices.</param>
    /// <param name="qubits">The k qubits.</param>
    /// <exception cref="ArgumentException">The matrix has the wrong size or is not unitary to 1e-6, or the qubits are wrong.</exception>
    public CircuitBuilder Unitary(Complex[,] matrix, params int[] qubits)
    {
        ArgumentNullException.ThrowIfNull(qubits);
        return Append(GateDefinition.FromUnitary(matrix), qubits);
    }

    /// <summary>The finished circuit; the builder may be used further.</summary>
    /// <param name="minimumTrainables">Length of the parameter vector when it is longer than the circuit's own indices ask for.</param>
    /// <param name="minimumInputs">Length of the input row when it is longer than the circuit's own indices ask for.</param>
    public Circuit Build(int minimumTrainables = 0, int minimumInputs = 0) =>
        new(QubitCount, _operations.ToImmutable(), Math.Max(_trainables, minimumTrainables), Math.Max(_inputs, minimumInputs));

    /// <summary>Pauli X.</summary>
    public CircuitBuilder X(int qubit) => Append(GateCatalog.X, [qubit]);

    /// <summary>Pauli Y.</summary>
    public CircuitBuilder Y(int qubit) => Append(GateCatalog.Y, [qubit]);

    /// <summary>Pauli Z.</summary>
    public CircuitBuilder Z(int qubit) => Append(GateCatalog.Z, [qubit]);

    /// <summary>Hadamard.</summary>
    public CircuitBuilder H(int qubit) => Append(GateCatalog.H, [qubit]);

    /// <summary>S = diag(1, i).</summary>
    public CircuitBuilder S(int qubit) => Append(GateCatalog.S, [qubit]);

    /// <summary>T = diag(1, e^{iπ/4}).</summary>
    public CircuitBuilder T(int qubit) => Append(GateCatalog.T, [qubit]);

    /// <summary>RX(θ) = exp(-iθX/2).</summary>
    public CircuitBuilder RX(int qubit, Parameter angle) => Append(GateCatalog.RX, [qubit], angle);

    /// <summary>RY(θ) = exp(-iθY/2).</summary>
    public CircuitBuilder RY(int qubit, Parameter angle) => Append(GateCatalog.RY, [qubit], angle);

    /// <summary>RZ(θ) = exp(-iθZ/2).</summary>
    public CircuitBuilder RZ(int qubit, Parameter angle) => Append(GateCatalog.RZ, [qubit], angle);

    /// <summary>P(λ) = diag(1, e^{iλ}).</summary>
    public CircuitBuilder P(int qubit, Parameter angle) => Append(GateCatalog.P, [qubit], angle);

    /// <summary>U3(θ, φ, λ) as in OpenQASM.</summary>
    public CircuitBuilder U3(int qubit, Parameter theta, Parameter phi, Parameter lambda) =>
        Append(GateCatalog.U3, [qubit], theta, phi, lambda);

    /// <summary>X on the target where the control is 1.</summary>
    public CircuitBuilder CNOT(int control, int target) => Append(GateCatalog.CNOT, [control, target]);

    /// <summary>Y on the target where the control is 1.</summary>
    public CircuitBuilder CY(int control, int target) => Append(GateCatalog.CY, [control, target]);

    /// <summary>Sign change where both qubits are 1.</summary>
    public CircuitBuilder CZ(int first, int second) => Append(GateCatalog.CZ, [first, second]);

    /// <summary>Exchanges two qubits.</summary>
    public CircuitBuilder SWAP(int first, int second) => Append(GateCatalog.SWAP, [first, second]);

    /// <summary>RX on the target where the control is 1.</summary>
    public CircuitBuilder CRX(int control, int target, Parameter angle) => Append(GateCatalog.CRX, [control, target], angle);

    /// <summary>RY on the target where the control is 1.</summary>
    public CircuitBuilder CRY(int control, int target, Parameter angle) => Append(GateCatalog.CRY, [control, target], angle);

    /// <summary>RZ on the target where the control is 1.</summary>
    public CircuitBuilder CRZ(int control, int target, Parameter angle) => Append(GateCatalog.CRZ, [control, target], angle);

    /// <summary>exp(-iθ X⊗X/2).</summary>
    public CircuitBuilder RXX(int first, int second, Parameter angle) => Append(GateCatalog.RXX, [first, second], angle);

    /// <summary>exp(-iθ Y⊗Y/2).</summary>
    public CircuitBuilder RYY(int first, int second, Parameter angle) => Append(GateCatalog.RYY, [first, second], angle);

    /// <summary>exp(-iθ Z⊗Z/2).</summary>
    public CircuitBuilder RZZ(int first, int second, Parameter angle) => Append(GateCatalog.RZZ, [first, second], angle);
}
