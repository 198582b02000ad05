using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;
using QDiff.Models.Quantum;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using GateParameter = QDiff.Engine.Circuits.Parameter;

namespace QDiff.Models.Pairings;

/// <summary>
/// A circuit that denoises: the n qubits of a state meet fresh ancillas in |0…0⟩, a trained unitary acts on all, and the ancillas are
/// measured. The outcome m leaves K_m ψ / ‖K_m ψ‖, with probability ‖K_m ψ‖²: a quantum instrument, which can undo a channel as no unitary can.
/// </summary>
/// <remarks>
/// It starts from the angles of <c>start</c>, the circuit of the step before in the reverse process, or from normal ones.
/// Layers of RX, RY, RZ on every qubit and RZZ on every pair. Input rows: the angles of <see cref="StatePreparation"/>, [batch, 2 (2^n − 1)].
/// Output [batch, 2^a, 4^n]: for every outcome m the Pauli vector of the unnormalised state, whose first entry is the outcome's probability.
/// It comes from the expectation values of P ⊗ Z^s, all P on the state and all Z-strings s on the ancillas: |m⟩⟨m| = 2^−a Σ_s (−1)^(m·s) Z^s.
/// </remarks>
internal sealed class AncillaDenoiser : Module<Tensor, Tensor>, IQuantumDenoiser
{
    private const double AngleDeviation = 0.3;

    private readonly int _ancillas;
    private readonly Tensor outcomes;
    private readonly QuantumLayer circuit;

    public AncillaDenoiser(int qubits, int ancillas, int layers, IBackend backend, AncillaDenoiser? start = null)
        : base(nameof(AncillaDenoiser))
    {
        _ancillas = ancillas;
        var whole = new CircuitBuilder(qubits + ancillas);
        new StatePreparation(qubits).AppendTo(whole);
        AppendBody(whole, layers);
        circuit = new QuantumLayer(whole.Build(), Strings(qubits, ancillas), backend);
        Body = BodyOf(qubits, ancillas, layers);
        foreach (TorchSharp.Modules.Parameter angles in circuit.parameters())
        {
            init.normal_(angles, 0, AngleDeviation);
            if (start is not null)
            {
                using var frozen = no_grad();
                angles.copy_(start.circuit.parameters().Single());
            }
        }

        int count = 1 << ancillas;
        var signs = new float[count * count];
        for (int i = 0; i < signs.Length; i++)
        {
            signs[i] = (BitOperations.PopCount((uint)(i / count & i % count)) & 1) == 0 ? 1f / count : -1f / count;
        }

        outcomes = tensor(signs, [count, count]);
        RegisterComponents();
    }

    /// <summary>The trained unitary alone, on states that are there; its parameters are <see cref="Angles"/>.</summary>
    public Circuit Body { get; }

    /// <summary>A copy of the trained angles.</summary>
    public float[] Angles() => circuit.parameters().Single().detach().cpu().data<float>().ToArray();

    /// <summary>The unitary of such a denoiser.</summary>
    public static Circuit BodyOf(int qubits, int ancillas, int layers)
    {
        var body = new CircuitBuilder(qubits + ancillas);
        AppendBody(body, layers);
        return body.Build();
    }

    public override Tensor forward(Tensor rows)
    {
        using var scope = NewDisposeScope();
        long strings = circuit.Readout.Count >> _ancillas;
        Tensor values = circuit.call(rows).reshape(rows.shape[0], 1L << _ancillas, strings);
        return outcomes.matmul(values).MoveToOuterDisposeScope();
    }

    public void ThrowIfBackwardFailed() => circuit.ThrowIfBackwardFailed();

    private static void AppendBody(CircuitBuilder builder, int layers)
    {
        int angle = 0;
        for (int layer = 0; layer < layers; layer++)
        {
            for (int q = 0; q < builder.QubitCount; q++)
            {
                builder.RX(q, GateParameter.Trainable(angle++)).RY(q, GateParameter.Trainable(angle++)).RZ(q, GateParameter.Trainable(angle++));
            }

            for (int a = 0; a < builder.QubitCount; a++)
            {
                for (int b = a + 1; b < builder.QubitCount; b++)
                {
                    builder.RZZ(a, b, GateParameter.Trainable(angle++));
                }
            }
        }

        for (int q = 0; q < builder.QubitCount; q++)
        {
            builder.RX(q, GateParameter.Trainable(angle++)).RY(q, GateParameter.Trainable(angle++)).RZ(q, GateParameter.Trainable(angle++));
        }
    }

    private static Readout Strings(int qubits, int ancillas)
    {
        var strings = new List<PauliString>();
        for (int s = 0; s < 1 << ancillas; s++)
        {
            for (int number = 0; number < 1 << (2 * qubits); number++)
            {
                var factors = new List<(int, Pauli)>();
                for (int q = 0; q < qubits; q++)
                {
                    if ((number >> (2 * q) & 3) is > 0 and var pauli)
                    {
                        factors.Add((q, pauli switch { 1 => Pauli.X, 2 => Pauli.Y, _ => Pauli.Z }));
                    }
                }

                factors.AddRange(Enumerable.Range(0, ancillas).Where(a => (s >> a & 1) == 1).Select(a => (qubits + a, Pauli.Z)));
                strings.Add(PauliString.From([.. factors]));
            }
        }

        return Readout.Expectations(strings);
    }
}
