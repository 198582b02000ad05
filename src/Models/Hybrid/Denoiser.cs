using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Models.Quantum;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace QDiff.Models.Hybrid;

/// <summary>
/// The reverse process's network: noisy Bloch vectors r_t, step t and class c in, the posterior mean x̂_0 of the clean ones out.
/// </summary>
/// <remarks>
/// <para>e = SiLU(Linear(16 sines and cosines of t ⊕ one-hot c)), 32 wide.</para>
/// <para>Circuit angles = base + W_c u + (1 + W_g u) ⊙ W_r (α_t r_t), in every layer, with u = W_u e of 8 numbers. W_r is zero where
/// <see cref="DenoiserShape.IsReuploaded"/> says no. The circuit starts from |0…0⟩; f = its measured values.</para>
/// <para>x̂_0 = (skip(e) + W_s f) ⊙ r_t + W_lin[r_t ⊙ (1 + film₁(e))] + W[f ⊙ (1 + film₂(e))] + bias(e), not normalised.</para>
/// <para>The controls share every other part: see <see cref="DenoiserVariant"/>.</para>
/// </remarks>
public sealed class Denoiser : Module<Tensor, Tensor, Tensor, Tensor>
{
    private const int EmbeddingWidth = 32;

    /// <summary>Numbers through which time and class enter the circuit.</summary>
    private const int CircuitEmbeddingWidth = 8;

    private readonly DenoiserVariant _variant;
    private readonly ReuploadingAnsatz? _ansatz;
    private readonly QuantumLayer? _circuit;
    private readonly double _featureScale = 1;

    private readonly Linear embedding;
    private readonly Linear skip;
    private readonly Linear linear;
    private readonly Linear linearFilm;
    private readonly Linear bias;
    private readonly Linear? measured;
    private readonly Linear? measuredFilm;
    private readonly Linear? measuredSkip;
    private readonly Linear? circuitEmbedding;
    private readonly Linear? angles;
    private readonly Linear? reupload;
    private readonly Linear? reuploadGain;
    private readonly Tensor? reuploadMask;
    private readonly Module<Tensor, Tensor>? mlp;

    /// <summary>Makes an untrained denoiser.</summary>
    /// <param name="shape">Sizes of the circuit and what is measured.</param>
    /// <param name="variant">The model itself or one of its controls.</param>
    /// <param name="backend">Who runs the circuit; not owned.</param>
    /// <param name="execution">How the circuit is run; null for exact values and adjoint differentiation.</param>
    public Denoiser(DenoiserShape shape, DenoiserVariant variant, IBackend backend, CircuitExecution? execution = null)
        : base(nameof(Denoiser))
    {
        Shape = shape;
        _variant = variant;
        int width = 3 * shape.Qubits;
        embedding = Linear(Conditioning.Width, EmbeddingWidth);
        skip = Linear(EmbeddingWidth, width);
        linear = Linear(width, width);
        linearFilm = Linear(EmbeddingWidth, width);
        bias = Linear(EmbeddingWidth, width, hasBias: false);

        int features = shape.Readout.Count;
        if (variant != DenoiserVariant.Removed)
        {
            measured = Linear(features, width, hasBias: false);
            measuredFilm = Linear(EmbeddingWidth, features);
            measuredSkip = Linear(features, width, hasBias: false);
        }

        if (variant == DenoiserVariant.Mlp)
        {
            int hidden = MlpWidth(width + EmbeddingWidth, features, shape.CircuitParameters(EmbeddingWidth, CircuitEmbeddingWidth));
            mlp = Sequential(
                Linear(width + EmbeddingWidth, hidden), SiLU(), Linear(hidden, hidden), SiLU(), Linear(hidden, features));
        }
        else if (variant != DenoiserVariant.Removed)
        {
            Entangler entangler = variant == DenoiserVariant.NoEntangler ? Entangler.None : shape.Entangler;
            _ansatz = new ReuploadingAnsatz(shape.Qubits, shape.Layers, entangler);
            _circuit = new QuantumLayer(_ansatz.Circuit, shape.Readout, backend, execution);
            _featureScale = shape.FeatureScale;
            circuitEmbedding = Linear(EmbeddingWidth, CircuitEmbeddingWidth, hasBias: false);
            angles = Linear(CircuitEmbeddingWidth, _ansatz.AngleCount);
            reupload = Linear(width, _ansatz.AngleCount, hasBias: false);
            reuploadGain = Linear(CircuitEmbeddingWidth, _ansatz.AngleCount, hasBias: false);
            // Near the identity: the circuit starts as a small turn of |0…0⟩.
            init.normal_(angles.bias!, 0, 0.05);
            init.normal_(angles.weight!, 0, 0.02);
            init.normal_(reupload.weight!, 0, 0.05);
            init.normal_(reuploadGain.weight!, 0, 0.02);
            if (shape.ReuploadRadius < shape.Qubits - 1)
            {
                reuploadMask = ReuploadMask(_ansatz, shape);
                using var initial = no_grad();
                reupload.weight!.mul_(reuploadMask);
            }
        }

        RegisterComponents();
        if (variant == DenoiserVariant.Frozen)
        {
            foreach (Linear part in new[] { circuitEmbedding!, angles!, reupload!, reuploadGain! })
            {
                foreach (TorchSharp.Modules.Parameter parameter in part.parameters())
                {
                    parameter.requires_grad_(false);
                }
            }
        }
    }

    /// <summary>Sizes of the circuit.</summary>
    public DenoiserShape Shape { get; }

    /// <summary>Numbers that training moves, or that a frozen circuit keeps: without those that are always zero.</summary>
    public long ParameterCount => parameters().Sum(p => p.numel()) - (reuploadMask is null ? 0 : reuploadMask.numel() - (long)reuploadMask.sum().item<float>());

    /// <summary>Names the random numbers of the circuit's next run, where it has any.</summary>
    public void SetRandomness(CircuitRandomness randomness)
    {
        if (_circuit is not null)
        {
            _circuit.Randomness = randomness;
        }
    }

    /// <summary>The circuit that every row runs through, with its angles as inputs; null for a control that has none.</summary>
    public Circuit? Circuit => _ansatz?.Circuit;

    /// <summary>What the network gives the circuit as inputs: angles in radians.</summary>
    /// <param name="noisy">r_t, [batch, 3n].</param>
    /// <param name="shrink">α_t, [batch, 1].</param>
    /// <param name="condition">Time and class, rows of <see cref="Conditioning"/>, [batch, 26].</param>
    /// <returns>[batch, InputCount of <see cref="Circuit"/>].</returns>
    /// <exception cref="InvalidOperationException">This control has no circuit.</exception>
    public Tensor CircuitInputs(Tensor noisy, Tensor shrink, Tensor condition)
    {
        if (_ansatz is null)
        {
            throw new InvalidOperationException($"The control '{_variant}' has no circuit; ask the trained model.");
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return CircuitAngles(noisy, shrink, functional.silu(embedding.call(condition))).MoveToOuterDisposeScope();
    }

    /// <summary>Predicts the clean Bloch vectors.</summary>
    /// <param name="noisy">r_t, [batch, 3n].</param>
    /// <param name="shrink">α_t, [batch, 1].</param>
    /// <param name="condition">Time and class, rows of <see cref="Conditioning"/>, [batch, 26].</param>
    /// <returns>x̂_0, [batch, 3n].</returns>
    public override Tensor forward(Tensor noisy, Tensor shrink, Tensor condition)
    {
        using var scope = NewDisposeScope();
        Tensor e = functional.silu(embedding.call(condition));
        Tensor kept = skip.call(e);
        Tensor predicted = linear.call(noisy * (linearFilm.call(e) + 1)) + bias.call(e);
        if (measured is not null)
        {
            Tensor f = mlp is null ? Measure(noisy, shrink, e) : mlp.call(cat([noisy * shrink, e], 1));
            kept = kept + measuredSkip!.call(f);
            predicted = predicted + measured.call(f * (measuredFilm!.call(e) + 1));
        }

        predicted = predicted + (kept * noisy);

        return predicted.MoveToOuterDisposeScope();
    }

    /// <summary>Throws what went wrong inside the last <c>backward()</c>, if anything did.</summary>
    public void ThrowIfBackwardFailed() => _circuit?.ThrowIfBackwardFailed();

    /// <summary>Parameters of a trained denoiser of that shape, without making one.</summary>
    internal static int ParameterCountOf(DenoiserShape shape)
    {
        int width = 3 * shape.Qubits, features = shape.Readout.Count;
        int head = (Conditioning.Width + 1) * EmbeddingWidth;
        int linearPath = (2 * (EmbeddingWidth + 1) * width) + ((width + 1) * width) + (EmbeddingWidth * width);
        return head + linearPath + (2 * features * width) + ((EmbeddingWidth + 1) * features) + shape.CircuitParameters(EmbeddingWidth, CircuitEmbeddingWidth);
    }

    /// <summary>Width h of two hidden layers whose network in→h→h→out has about <paramref name="budget"/> parameters.</summary>
    internal static int MlpWidth(int inputs, int outputs, int budget)
    {
        // h² + h(in + out + 2) + out = budget
        double b = inputs + outputs + 2;
        return Math.Max(1, (int)Math.Round((-b + Math.Sqrt((b * b) + (4.0 * Math.Max(0, budget - outputs)))) / 2));
    }

    private Tensor Measure(Tensor noisy, Tensor shrink, Tensor e)
    {
        if (_variant == DenoiserVariant.Frozen)
        {
            using var frozen = no_grad();
            return RunCircuit(noisy, shrink, e.detach());
        }

        return RunCircuit(noisy, shrink, e);
    }

    private Tensor RunCircuit(Tensor noisy, Tensor shrink, Tensor e)
    {
        Tensor f = _circuit!.call(CircuitAngles(noisy, shrink, e));
        return _featureScale == 1 ? f : f * _featureScale;
    }

    private Tensor CircuitAngles(Tensor noisy, Tensor shrink, Tensor e)
    {
        Tensor u = circuitEmbedding!.call(e);
        Tensor weight = reuploadMask is null ? reupload!.weight! : reupload!.weight! * reuploadMask;
        return angles!.call(u) + (functional.linear(noisy * shrink, weight) * (reuploadGain!.call(u) + 1));
    }

    /// <summary>1 where an angle re-uploads a component, 0 elsewhere: [angles, 3n].</summary>
    private static Tensor ReuploadMask(ReuploadingAnsatz ansatz, DenoiserShape shape)
    {
        int width = 3 * shape.Qubits;
        var mask = new float[ansatz.AngleCount * width];
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = shape.IsReuploaded(ansatz.QubitOf(i / width), i % width / 3) ? 1 : 0;
        }

        return tensor(mask, ansatz.AngleCount, width);
    }
}
