using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;

namespace QDiff.Engine.Benchmarks;

/// <summary>The circuit of workloads W1 and W2.</summary>
public static class LayeredCircuit
{
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

    /// <summary>⟨Z⟩ of every qubit.</summary>
    public static Readout AllZ(int qubits) =>
        Readout.Expectations(Enumerable.Range(0, qubits).Select(PauliString.Z).ToArray());
}
