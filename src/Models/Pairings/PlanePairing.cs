using System.Text.Json.Nodes;
using QDiff.Engine.Circuits;
using QDiff.Engine.Randomness;
using QDiff.Models.Diffusion;
using QDiff.Models.Images;
using QDiff.Models.Metrics;
using QDiff.Models.Quantum;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Pairings;

/// <summary>
/// CQGDM: Gaussian diffusion of points in the plane, undone by a circuit. The circuit predicts v = √ᾱ_t ε − √(1 − ᾱ_t) x_0
/// (Salimans and Ho 2022, docs/references.md: SalimansHo2022), from which x̂_0 = √ᾱ_t x_t − √(1 − ᾱ_t) v; a reverse step draws from q(x_{t−1} | x_t, x̂_0).
/// </summary>
internal sealed class PlanePairing : Pairing
{
    private const int NeighbourPoints = 10_000;
    private const int Neighbour = 5;
    private const double Cell = 0.1;
    private const int Drawn = 2_000;
    private const double Extent = 2;

    // Shares of the diffusion that are still to be undone where the divergence is measured.
    private static readonly double[] s_places = [1, 0.5, 0.3, 0.2, 0.1, 0.05, 0];

    private readonly PlaneData _data;
    private readonly GaussianSchedule _schedule;
    private readonly TimeFeatures _time;

    public PlanePairing(PairingConfig config, ComputeDevice device)
        : base(config, device)
    {
        _data = new PlaneData(config.Target!.Value);
        _schedule = new GaussianSchedule(config.DiffusionSteps);
        _time = new TimeFeatures(config.DiffusionSteps);
        Parts = [new PairingPart("denoiser", config.DenoiserSteps, () => new PlaneDenoiser(config.Qubits!.Value, config.Layers!.Value, device.Backend).to(device.Tensors), Loss)];
    }

    public override IReadOnlyList<PairingPart> Parts { get; }

    public override Circuit? Circuit => new ReuploadingAnsatz(Config.Qubits!.Value, Config.Layers!.Value, Entangler.Chain).Circuit;

    public override IReadOnlyList<(string Name, double[] Values)> Schedules =>
    [
        ("signal √ᾱ_t", [.. Enumerable.Range(0, _schedule.Steps + 1).Select(_schedule.Signal)]),
        ("noise √(1 − ᾱ_t)", [.. Enumerable.Range(0, _schedule.Steps + 1).Select(_schedule.Noise)]),
    ];

    public override long[] SampleShape => [2];

    public override float[] Sample(int count, ulong seed, CancellationToken cancellation) => Reverse(count, seed, [0], cancellation)[0];

    public override PairingReport Score(CancellationToken cancellation)
    {
        int count = Config.Samples;
        int[] places = [.. s_places.Select(share => (int)Math.Round(share * _schedule.Steps))];
        float[] target = _data.Draw(count, Seed("target"));
        List<float[]> generated = Reverse(count, Seed("evaluation"), places, cancellation);
        var steps = new JsonArray();
        var rows = new List<(string, string, string)>();
        foreach ((int t, float[] points) in places.Zip(generated))
        {
            (double histogram, double neighbours) = Divergence(target, points);
            steps.Add(new JsonObject { ["t"] = t, ["kl_histogram"] = histogram, ["kl_knn"] = neighbours });
            rows.Add(($"KL at t = {t}", FormattableString.Invariant($"{histogram:0.0000}, {neighbours:0.0000}"), t == 0
                ? "target from generated, nats: by histogram, by nearest neighbours"
                : ""));
        }

        (double floorHistogram, double floorNeighbours) = Divergence(target, _data.Draw(count, Seed("floor")));
        (double reverseHistogram, double reverseNeighbours) = Divergence(generated[^1], target);
        rows.Add(("KL floor", FormattableString.Invariant($"{floorHistogram:0.0000}, {floorNeighbours:0.0000}"), "target from another draw of the target"));
        rows.Add(("KL reversed", FormattableString.Invariant($"{reverseHistogram:0.0000}, {reverseNeighbours:0.0000}"), "generated from target"));
        rows.Add(("parameters", FormattableString.Invariant($"{Trained[0].parameters().Sum(p => p.numel()):#,0}"), "of the circuit and of what sets its angles"));
        var metrics = new JsonObject
        {
            ["model"] = "cqgdm",
            ["target"] = Config.Target.ToString()!.ToLowerInvariant(),
            ["seed"] = Config.Seed,
            ["samples"] = count,
            ["kl_histogram"] = steps[^1]!["kl_histogram"]!.GetValue<double>(),
            ["kl_knn"] = steps[^1]!["kl_knn"]!.GetValue<double>(),
            ["kl_histogram_floor"] = floorHistogram,
            ["kl_knn_floor"] = floorNeighbours,
            ["kl_histogram_reversed"] = reverseHistogram,
            ["kl_knn_reversed"] = reverseNeighbours,
            ["kl_falls"] = Falls(steps, "kl_histogram") && Falls(steps, "kl_knn"),
            ["reverse_steps"] = steps,
            ["parameters"] = Trained[0].parameters().Sum(p => p.numel()),
        };
        return new PairingReport(metrics, rows, [("diffusion.svg", Draw(places, target, generated))]);
    }

    private static bool Falls(JsonArray steps, string key)
    {
        double[] values = [.. steps.Select(step => step![key]!.GetValue<double>())];
        return values.Zip(values.Skip(1)).All(pair => pair.Second < pair.First);
    }

    private static (double Histogram, double Neighbours) Divergence(float[] p, float[] q) => (
        KullbackLeibler.Histogram(p, q, Cell),
        KullbackLeibler.NearestNeighbours(p.AsMemory(0, Math.Min(p.Length, 2 * NeighbourPoints)), q, Neighbour));

    private Tensor Loss(nn.Module<Tensor, Tensor> network, long step)
    {
        int batch = Config.Batch;
        float[] clean = _data.Draw(batch, Seed("data", step));
        ulong seed = Seed("noise", step);
        var rows = new float[batch * (2 + TimeFeatures.Width)];
        var velocities = new float[2 * batch];
        for (int b = 0; b < batch; b++)
        {
            var random = new CounterRandom(seed, b, 0);
            int t = 1 + (int)(random.Double(0) * _schedule.Steps);
            (double first, double second) = random.NormalPair(1);
            (double signal, double noise) = (_schedule.Signal(t), _schedule.Noise(t));
            Span<float> row = rows.AsSpan(b * (2 + TimeFeatures.Width), 2 + TimeFeatures.Width);
            for (int k = 0; k < 2; k++)
            {
                double x = clean[(2 * b) + k] * _data.Scale, epsilon = k == 0 ? first : second;
                row[k] = (float)((signal * x) + (noise * epsilon));
                velocities[(2 * b) + k] = (float)((signal * epsilon) - (noise * x));
            }

            _time.Of(t).CopyTo(row[2..]);
        }

        Tensor predicted = network.call(tensor(rows, [batch, 2 + TimeFeatures.Width], device: Device.Tensors));
        return (predicted - tensor(velocities, [batch, 2], device: Device.Tensors)).square().mean();
    }

    /// <summary>Runs the reverse process and keeps the points, in units of the target, at the places asked for, which fall.</summary>
    private List<float[]> Reverse(int count, ulong seed, int[] places, CancellationToken cancellation)
    {
        using var frozen = no_grad();
        var kept = new List<float[]>();
        var rows = new float[count * (2 + TimeFeatures.Width)];
        var points = new double[2 * count];
        for (int t = _schedule.Steps; t >= 0; t--)
        {
            cancellation.ThrowIfCancellationRequested();
            // Before step t the points are at t; noise of the draw at t = T is the prior itself.
            if (t == _schedule.Steps)
            {
                AddNoise(points, 1, seed, 0);
            }

            if (places.Contains(t))
            {
                kept.Add([.. points.Select(x => (float)(x / _data.Scale))]);
            }

            if (t == 0)
            {
                break;
            }

            using var scope = NewDisposeScope();
            for (int b = 0; b < count; b++)
            {
                Span<float> row = rows.AsSpan(b * (2 + TimeFeatures.Width), 2 + TimeFeatures.Width);
                (row[0], row[1]) = ((float)points[2 * b], (float)points[(2 * b) + 1]);
                _time.Of(t).CopyTo(row[2..]);
            }

            ReadOnlySpan<float> velocities = Trained[0].call(tensor(rows, [count, 2 + TimeFeatures.Width], device: Device.Tensors)).cpu().data<float>().ToArray();
            (double signal, double noise) = (_schedule.Signal(t), _schedule.Noise(t));
            (double clean, double noisy, double deviation) = _schedule.Posterior(t);
            for (int i = 0; i < points.Length; i++)
            {
                points[i] = (clean * ((signal * points[i]) - (noise * velocities[i]))) + (noisy * points[i]);
            }

            AddNoise(points, deviation, seed, (ulong)t);
        }

        return kept;
    }

    private static void AddNoise(double[] points, double deviation, ulong seed, ulong stream)
    {
        for (int i = 0; i < points.Length / 2; i++)
        {
            (double first, double second) = new CounterRandom(seed, i, stream).NormalPair(0);
            points[2 * i] += deviation * first;
            points[(2 * i) + 1] += deviation * second;
        }
    }

    private string Draw(int[] places, float[] target, List<float[]> generated)
    {
        var panels = new List<ScatterPanel>();
        foreach (int t in places.Reverse())
        {
            var noisy = new double[2 * Drawn];
            float[] clean = _data.Draw(Drawn, Seed("picture"));
            for (int i = 0; i < noisy.Length; i++)
            {
                noisy[i] = clean[i] * _schedule.Signal(t);
            }

            AddNoise(noisy, _schedule.Noise(t) / _data.Scale, Seed("picture noise"), (ulong)t);
            panels.Add(new ScatterPanel(t == 0 ? "target" : $"forward, t = {t}", [.. noisy.Select(x => (float)x)]));
        }

        panels.AddRange(places.Zip(generated, (t, points) => new ScatterPanel(
            t == 0 ? "generated" : $"reverse, t = {t}", points[..Math.Min(points.Length, 2 * Drawn)])));
        return ScatterFigure.Plane("CQGDM: Gaussian noise, undone by a circuit", panels, places.Length, Extent).Standalone();
    }
}
