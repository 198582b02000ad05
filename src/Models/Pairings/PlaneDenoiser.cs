using QDiff.Engine.Backends;
using QDiff.Models.Diffusion;
using QDiff.Models.Quantum;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace QDiff.Models.Pairings;

/// <summary>
/// A parameterised circuit as denoiser of points: the point is uploaded again in every layer, and the step moves every angle and the gain of every
/// upload; an affine map of the measured Pauli values is the prediction.
/// </summary>
/// <remarks>
/// angles = b + A e(t) + (1 + G e(t)) ⊙ W x, e(t) the <see cref="TimeFeatures"/>; L layers of RY, RZ and a CNOT chain on n qubits from |0…0⟩;
/// v = C f + c with f all single-qubit Paulis and Pauli products of neighbours. Input rows: x ⊕ e(t), [batch, 18]; output [batch, 2].
/// </remarks>
internal sealed class PlaneDenoiser : Module<Tensor, Tensor>, IQuantumDenoiser
{
    private readonly QuantumLayer _circuit;
    private readonly Linear angles;
    private readonly Linear gain;
    private readonly Linear upload;
    private readonly Linear head;

    public PlaneDenoiser(int qubits, int layers, IBackend backend)
        : base(nameof(PlaneDenoiser))
    {
        var ansatz = new ReuploadingAnsatz(qubits, layers, Entangler.Chain);
        _circuit = new QuantumLayer(ansatz.Circuit, ReuploadingAnsatz.LocalPaulis(qubits), backend);
        angles = Linear(TimeFeatures.Width, ansatz.AngleCount);
        gain = Linear(TimeFeatures.Width, ansatz.AngleCount, hasBias: false);
        upload = Linear(2, ansatz.AngleCount, hasBias: false);
        head = Linear(_circuit.Readout.Count, 2);
        init.normal_(angles.weight!, 0, 0.05);
        init.normal_(angles.bias!, 0, 0.5);
        init.normal_(gain.weight!, 0, 0.05);
        init.normal_(upload.weight!, 0, 0.5);
        RegisterComponents();
    }

    public override Tensor forward(Tensor rows)
    {
        using var scope = NewDisposeScope();
        Tensor point = rows.narrow(1, 0, 2);
        Tensor time = rows.narrow(1, 2, TimeFeatures.Width);
        Tensor uploaded = upload.call(point) * (gain.call(time) + 1);
        return head.call(_circuit.call(angles.call(time) + uploaded)).MoveToOuterDisposeScope();
    }

    public void ThrowIfBackwardFailed() => _circuit.ThrowIfBackwardFailed();
}
