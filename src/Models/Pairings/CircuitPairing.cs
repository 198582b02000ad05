using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Planning;
using QDiff.Engine.Randomness;
using QDiff.Engine.States;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Pairings;

/// <summary>
/// QQGDM: states diffused by a channel, denoised by one circuit with ancillas for every reverse step. The circuits are trained one after the other from
/// t = T on, each to turn the states that the ones before it generate into the forward ensemble one step earlier
/// (Zhang et al. 2024, docs/references.md: Zhang2024).
/// </summary>
/// <remarks>
/// Loss: the energy distance 2 E d(φ, ψ) − E d(φ, φ') − E d(ψ, ψ') between generated φ and forward ψ with the trace distance d = √(1 − |⟨φ|ψ⟩|²),
/// which is a Euclidean distance of density matrices, so that the loss is zero for equal ensembles alone. The mean over measured outcomes is taken
/// exactly, with their probabilities as weights: no gradient is estimated from samples.
/// </remarks>
internal sealed class CircuitPairing : StatePairing
{
    private const int Pool = 4096;
    private const double Smallest = 1e-5;
    private const double LeastProbability = 1e-6;

    private readonly StatePreparation _preparation;
    private (int Part, Complex[][] States) _pool = (-1, []);

    public CircuitPairing(PairingConfig config, ComputeDevice device)
        : base(config, device)
    {
        _preparation = new StatePreparation(Data.QubitCount);
        int parts = config.DiffusionSteps;
        Parts = [.. Enumerable.Range(0, parts).Select(part => new PairingPart(
            FormattableString.Invariant($"step-{parts - part:000}"), Math.Max(1, config.DenoiserSteps / parts),
            () => new AncillaDenoiser(Data.QubitCount, config.Ancillas!.Value, config.Layers!.Value, device.Backend, part == 0 ? null : (AncillaDenoiser)Trained[part - 1]).to(device.Tensors),
            (network, step) => Loss(part, network, step)))];
    }

    public override IReadOnlyList<PairingPart> Parts { get; }

    public override Circuit? Circuit => AncillaDenoiser.BodyOf(Data.QubitCount, Config.Ancillas!.Value, Config.Layers!.Value);

    public override long[] SampleShape => [1L << Data.QubitCount, 2];

    public override float[] Sample(int count, ulong seed, CancellationToken cancellation) =>
        [.. Reverse(count, seed, [0], cancellation)[0].SelectMany(state => state).SelectMany(amplitude => (float[])[(float)amplitude.Real, (float)amplitude.Imaginary])];

    protected override List<Complex[][]> Reverse(int count, ulong seed, int[] places, CancellationToken cancellation)
    {
        var kept = new List<Complex[][]>();
        Complex[][] states = Prior(count, seed);
        for (int t = Config.DiffusionSteps; t >= 0; t--)
        {
            cancellation.ThrowIfCancellationRequested();
            if (places.Contains(t))
            {
                kept.Add(states);
            }

            if (t > 0)
            {
                states = Step(Config.DiffusionSteps - t, states, seed);
            }
        }

        return kept;
    }

    private Complex[][] Prior(int count, ulong seed) => [.. Enumerable.Range(0, count).Select(i => Diffusion.Prior(seed, i))];

    /// <summary>Sends states through the trained circuit of one part and measures its ancillas.</summary>
    private Complex[][] Step(int part, Complex[][] states, ulong seed)
    {
        var denoiser = (AncillaDenoiser)Trained[part];
        int dimension = 1 << Data.QubitCount, outcomes = 1 << Config.Ancillas!.Value;
        var joint = new Complex[states.Length, dimension * outcomes];
        for (int i = 0; i < states.Length; i++)
        {
            for (int k = 0; k < dimension; k++)
            {
                joint[i, k] = states[i][k];
            }
        }

        using StateVectorBatch<double> batch = StateVectorBatch<double>.FromComplex(joint);
        double[] angles = [.. denoiser.Angles().Select(angle => (double)angle)];
        Device.Backend.Apply(Planner.Plan(denoiser.Body), new Bindings<double>(angles), batch);
        var next = new Complex[states.Length][];
        for (int i = 0; i < states.Length; i++)
        {
            // Streams 0 and 1 are those of the start.
            double chance = new CounterRandom(seed, i, (ulong)(2 + part)).Double(0);
            ReadOnlySpan<double> real = batch.Real(i), imaginary = batch.Imaginary(i);
            int likeliest = 0, chosen = -1;
            double most = 0;
            for (int m = 0; m < outcomes && chosen < 0; m++)
            {
                double probability = 0;
                for (int k = m * dimension; k < (m + 1) * dimension; k++)
                {
                    probability += (real[k] * real[k]) + (imaginary[k] * imaginary[k]);
                }

                (likeliest, most) = probability > most ? (m, probability) : (likeliest, most);
                chance -= probability;
                chosen = chance < 0 ? m : -1;
            }

            // Rounding may leave a remainder of the chance after the last outcome.
            int first = (chosen < 0 ? likeliest : chosen) * dimension;
            next[i] = new Complex[dimension];
            for (int k = 0; k < dimension; k++)
            {
                next[i][k] = new Complex(real[first + k], imaginary[first + k]);
            }

            PureState.Normalise(next[i]);
        }

        return next;
    }

    private Tensor Loss(int part, nn.Module<Tensor, Tensor> network, long step)
    {
        if (_pool.Part != part)
        {
            ulong seed = Seed("pool");
            Complex[][] states = _pool.Part == part - 1 && part > 0 ? Step(part - 1, _pool.States, seed) : Prior(Pool, seed);
            for (int before = _pool.Part == part - 1 ? part : 0; before < part; before++)
            {
                states = Step(before, states, seed);
            }

            _pool = (part, states);
        }

        int batch = Config.Batch, width = _preparation.AngleCount, strings = 1 << (2 * Data.QubitCount);
        ulong stepSeed = Seed("noise", (part * Parts[part].Steps) + step);
        Complex[][] clean = Data.Draw(batch, Seed("data", (part * Parts[part].Steps) + step));
        int t = Config.DiffusionSteps - part;
        var rows = new float[batch * width];
        var vectors = new float[batch * strings];
        for (int b = 0; b < batch; b++)
        {
            var random = new CounterRandom(stepSeed, b, 0);
            _preparation.WriteAngles(_pool.States[(int)(random.Double(0) * Pool)], rows.AsSpan(b * width, width));
            PureState.PauliVector(Diffusion.Diffuse(clean[b], t - 1, new CounterRandom(stepSeed, b, 1)), vectors.AsSpan(b * strings, strings));
        }

        Tensor output = network.call(tensor(rows, [batch, width], device: Device.Tensors));
        Tensor target = tensor(vectors, [batch, strings], device: Device.Tensors);
        Tensor weights = output.select(2, 0).clamp_min(LeastProbability).reshape(-1, 1);
        Tensor generated = output.reshape(-1, strings) / weights;
        Tensor shares = weights / batch;
        Tensor across = Distance(generated, target).mean([1], keepdim: true);
        Tensor within = Distance(generated, generated).matmul(shares);
        return ((shares * across).sum() * 2) - (shares * within).sum() - Distance(target, target).mean();
    }

    /// <summary>√(1 − F) of every row of one with every row of the other; F = 2^−n times the product of Pauli vectors.</summary>
    private Tensor Distance(Tensor a, Tensor b) => (1 + Smallest - (a.matmul(b.t()) / (1 << Data.QubitCount))).clamp_min(Smallest).sqrt();
}
