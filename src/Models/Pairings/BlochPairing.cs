using System.Numerics;
using QDiff.Engine.Randomness;
using QDiff.Models.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Pairings;

/// <summary>
/// QCGDM: single-qubit states diffused by a channel, denoised by a classical network. The network draws r̂_0 ~ p(r_0 | r_t); a reverse step diffuses r̂_0
/// to t − 1. If the network's draws are exact, so is every marginal of the chain, whatever the channel.
/// </summary>
/// <remarks>
/// Loss: the energy score with the trace distance d = |r − r'|/2, E d(r̂, r_0) − E d(r̂, r̂')/2 over two draws of the network: strictly proper, so
/// p(r_0 | r_t) alone makes it least (Gneiting and Raftery 2007, docs/references.md: GneitingRaftery2007).
/// </remarks>
internal sealed class BlochPairing : StatePairing
{
    // Keeps the gradient of a length finite at 0.
    private const double Smallest = 1e-10;

    private readonly TimeFeatures _time;

    public BlochPairing(PairingConfig config, ComputeDevice device)
        : base(config, device)
    {
        _time = new TimeFeatures(config.DiffusionSteps);
        Parts = [new PairingPart("denoiser", config.DenoiserSteps, () => new BlochDenoiser().to(device.Tensors), Loss)];
    }

    public override IReadOnlyList<PairingPart> Parts { get; }

    public override long[] SampleShape => [3];

    public override float[] Sample(int count, ulong seed, CancellationToken cancellation)
    {
        var vectors = new float[3 * count];
        foreach ((int i, Complex[] state) in Reverse(count, seed, [0], cancellation)[0].Index())
        {
            WriteBloch(state, vectors.AsSpan(3 * i));
        }

        return vectors;
    }

    protected override List<Complex[][]> Reverse(int count, ulong seed, int[] places, CancellationToken cancellation)
    {
        using var frozen = no_grad();
        var kept = new List<Complex[][]>();
        Complex[][] states = [.. Enumerable.Range(0, count).Select(i => Diffusion.Prior(seed, i))];
        for (int t = Config.DiffusionSteps; t >= 0; t--)
        {
            cancellation.ThrowIfCancellationRequested();
            if (places.Contains(t))
            {
                kept.Add([.. states]);
            }

            if (t > 0)
            {
                using var scope = NewDisposeScope();
                // Streams 0 and 1 are those of the start.
                ulong network = (ulong)(2 * t), noise = network + 1;
                var rows = new float[count * BlochDenoiser.Inputs];
                for (int i = 0; i < count; i++)
                {
                    WriteRow(rows.AsSpan(i * BlochDenoiser.Inputs, BlochDenoiser.Inputs), states[i], t, new CounterRandom(seed, i, network), 0);
                }

                ReadOnlySpan<float> clean = Trained[0].call(tensor(rows, [count, BlochDenoiser.Inputs], device: Device.Tensors)).cpu().data<float>().ToArray();
                for (int i = 0; i < count; i++)
                {
                    states[i] = Diffusion.Diffuse(PureState.FromBloch(clean[3 * i], clean[(3 * i) + 1], clean[(3 * i) + 2]), t - 1, new CounterRandom(seed, i, noise));
                }
            }
        }

        return kept;
    }

    private Tensor Loss(nn.Module<Tensor, Tensor> network, long step)
    {
        int batch = Config.Batch;
        Complex[][] clean = Data.Draw(batch, Seed("data", step));
        ulong seed = Seed("noise", step);
        var targets = new float[3 * batch];
        var rows = new float[2 * batch * BlochDenoiser.Inputs];
        for (int b = 0; b < batch; b++)
        {
            WriteBloch(clean[b], targets.AsSpan(3 * b));
            int t = 1 + (int)(new CounterRandom(seed, b, 0).Double(0) * Config.DiffusionSteps);
            Complex[] noisy = Diffusion.Diffuse(clean[b], t, new CounterRandom(seed, b, 1));
            for (int draw = 0; draw < 2; draw++)
            {
                WriteRow(rows.AsSpan(((draw * batch) + b) * BlochDenoiser.Inputs, BlochDenoiser.Inputs), noisy, t, new CounterRandom(seed, b, 2), draw);
            }
        }

        Tensor predicted = network.call(tensor(rows, [2 * batch, BlochDenoiser.Inputs], device: Device.Tensors));
        Tensor first = predicted.narrow(0, 0, batch), second = predicted.narrow(0, batch, batch), target = tensor(targets, [batch, 3], device: Device.Tensors);
        return (TraceDistance(first, target) + TraceDistance(second, target) - TraceDistance(first, second)).mean() * 0.5;
    }

    private static Tensor TraceDistance(Tensor a, Tensor b) => ((a - b).square().sum(-1) + Smallest).sqrt() * 0.5;

    private static void WriteBloch(Complex[] state, Span<float> vector)
    {
        (double x, double y, double z) = PureState.Bloch(state, 0);
        (vector[0], vector[1], vector[2]) = ((float)x, (float)y, (float)z);
    }

    private void WriteRow(Span<float> row, Complex[] state, int t, CounterRandom random, int draw)
    {
        WriteBloch(state, row);
        _time.Of(t).CopyTo(row[3..]);
        Span<float> latent = row[(3 + TimeFeatures.Width)..];
        for (int k = 0; k < BlochDenoiser.Latent; k++)
        {
            latent[k] = (float)random.Normal((draw * BlochDenoiser.Latent) + k);
        }
    }
}
