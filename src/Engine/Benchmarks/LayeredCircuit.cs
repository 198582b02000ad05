using QDiff.Engine.Circuits;
using QDiff.Engine.Noise;
using QDiff.Engine.Observables;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Benchmarks;

/// <summary>The circuit of workloads W1 and W2, and with noise of W3 and W4.</summary>
public static class LayeredCircuit
{
    /// <summary>The strength of the noise in workloads W3 and W4: 0.02.</summary>
    public const double Depolarizing = 0.02;

    /// <summary>
    /// Layers of RY(θ) and RZ(φ) on every qubit, then CNOT(i, i+1) for i = 0 … n−2. Each angle is a trainable parameter of its own: of qubit
    /// q in layer l they are 2(l·n + q) and the next.
    /// </summary>
    public static Circuit Build(int qubits, int layers)
    {
        var builder = new CircuitBuilder(qubits);
        for (int layer = 0; layer < layers; layer++)
        {
            for (int q = 0; q < qubits; q++)
            {
                int index = 2 * (layer * qubits + q);
                builder.RY(q, Parameter.Trainable(index)).RZ(q, Parameter.Trainable(index + 1));
            }

            for (int q = 0; q + 1 < qubits; q++)
            {
                builder.CNOT(q, q + 1);
            }
        }

        return builder.Build();
    }

    /// <summary>The same circuit with a depolarizing channel on every qubit after every layer: the program of workloads W3 and W4.</summary>
    /// <param name="qubits">Number of qubits.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="depolarizing">Strength p of each channel; W3 and W4 have <see cref="Depolarizing"/>.</param>
    public static QuantumProgram BuildNoisy(int qubits, int layers, double depolarizing = Depolarizing)
    {
        Circuit circuit = Build(qubits, layers);
        Channel channel = new DepolarizingChannel(depolarizing).ToChannel();
        var builder = new ProgramBuilder(qubits, 0);
        int gates = circuit.Operations.Length / layers;
        for (int i = 0; i < circuit.Operations.Length; i++)
        {
            builder.Append(new GateInstruction(circuit.Operations[i]));
            for (int q = 0; (i + 1) % gates == 0 && q < qubits; q++)
            {
                builder.Channel(channel, q);
            }
        }

        return builder.Build();
    }

    /// <summary>⟨Z⟩ of every qubit.</summary>
    public static Readout AllZ(int qubits) =>
        Readout.Expectations(Enumerable.Range(0, qubits).Select(PauliString.Z).ToArray());
}
