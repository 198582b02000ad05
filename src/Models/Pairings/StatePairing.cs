using System.Numerics;
using System.Text.Json.Nodes;
using QDiff.Models.Images;
using static TorchSharp.torch;

namespace QDiff.Models.Pairings;

/// <summary>What the two pairings with quantum diffusion share: ensemble, channel, scores and pictures.</summary>
internal abstract class StatePairing : Pairing
{
    private const int MatchedStates = 1000;
    private const int MatchedOnTheWay = 300;
    private const int FloorDraws = 3;
    private const int Drawn = 1000;
    private static readonly double[] s_places = [1, 0.75, 0.5, 0.25, 0];

    protected StatePairing(PairingConfig config, ComputeDevice device)
        : base(config, device)
    {
        Data = new StateData(config.Ensemble!.Value);
        Diffusion = new StateDiffusion(config.Channel!.Value, config.DiffusionSteps, Data);
    }

    /// <summary>The ensemble.</summary>
    protected StateData Data { get; }

    /// <summary>The forward process.</summary>
    protected StateDiffusion Diffusion { get; }

    public override IReadOnlyList<(string Name, double[] Values)> Schedules =>
        [("coherence α_t", [.. Enumerable.Range(0, Config.DiffusionSteps + 1).Select(Diffusion.Schedule.Shrink)])];

    public override PairingReport Score(CancellationToken cancellation)
    {
        int count = Math.Min(Config.Samples, MatchedStates);
        int[] places = [.. s_places.Select(share => (int)Math.Round(share * Config.DiffusionSteps))];
        Complex[][] target = Data.Draw(count, Seed("target"));
        List<Complex[][]> generated = Reverse(count, Seed("evaluation"), places, cancellation);
        StateDistances own = StateDistances.Between(target, generated[^1]);
        StateDistances floor = StateDistances.Mean([.. Enumerable.Range(0, FloorDraws).Select(i => StateDistances.Between(target, Data.Draw(count, Seed("floor", i))))]);
        int fewer = Math.Min(count, MatchedOnTheWay);
        var steps = new JsonArray();
        var rows = new List<(string, string, string)>();
        foreach ((int t, Complex[][] states) in places.Zip(generated))
        {
            double fidelity = t == 0 ? own.MeanFidelity : StateDistances.Between(target[..fewer], states[..fewer]).MeanFidelity;
            steps.Add(new JsonObject { ["t"] = t, ["mean_fidelity"] = fidelity });
            rows.Add(($"mean fidelity at t = {t}", FormattableString.Invariant($"{fidelity:0.0000}"), t == 0 ? "of generated with target states, best matching" : ""));
        }

        rows.Add(("of the data's own", FormattableString.Invariant($"{floor.MeanFidelity:0.0000}"), "target and other draws of it: what this many states can show"));
        rows.Add(("Wasserstein", FormattableString.Invariant($"{own.Wasserstein:0.0000}, {floor.Wasserstein:0.0000}"), "cost 1 − F: generated, the data's own"));
        rows.Add(("MMD²", FormattableString.Invariant($"{own.Mmd:0.0000}, {floor.Mmd:0.0000}"), "kernel F: generated, the data's own"));
        rows.Add(("MMD² of pairs", FormattableString.Invariant($"{own.MmdOfPairs:0.0000}, {floor.MmdOfPairs:0.0000}"), "kernel F²: generated, the data's own"));
        long parameters = Trained.Sum(network => network.parameters().Sum(p => p.numel()));
        rows.Add(("parameters", FormattableString.Invariant($"{parameters:#,0}"), ""));
        var metrics = new JsonObject
        {
            ["model"] = Config.Model.ToString().ToLowerInvariant(),
            ["ensemble"] = Config.Ensemble.ToString()!.ToLowerInvariant(),
            ["channel"] = PairingConfig.NameOf(Config.Channel!.Value),
            ["seed"] = Config.Seed,
            ["samples"] = count,
            ["mean_fidelity"] = own.MeanFidelity,
            ["mean_fidelity_floor"] = floor.MeanFidelity,
            ["wasserstein"] = own.Wasserstein,
            ["wasserstein_floor"] = floor.Wasserstein,
            ["mmd"] = own.Mmd,
            ["mmd_floor"] = floor.Mmd,
            ["mmd_of_pairs"] = own.MmdOfPairs,
            ["mmd_of_pairs_floor"] = floor.MmdOfPairs,
            ["reverse_steps"] = steps,
            ["parameters"] = parameters,
        };
        return new PairingReport(metrics, rows, [("diffusion.svg", Draw(places, target, generated))]);
    }

    /// <summary>Runs the reverse process and keeps the states at the steps asked for, which fall from T to 0.</summary>
    protected abstract List<Complex[][]> Reverse(int count, ulong seed, int[] places, CancellationToken cancellation);

    private string Draw(int[] places, Complex[][] target, List<Complex[][]> generated)
    {
        ulong seed = Seed("picture");
        int count = Math.Min(target.Length, Drawn);
        var panels = places.Reverse().Select(t => new ScatterPanel(
            t == 0 ? "target" : $"forward, t = {t}",
            Bloch([.. target.Take(count).Select((state, i) => Diffusion.Diffuse(state, t, new Engine.Randomness.CounterRandom(seed, i, (ulong)t)))])))
            .Concat(places.Zip(generated, (t, states) => new ScatterPanel(t == 0 ? "generated" : $"reverse, t = {t}", Bloch([.. states.Take(count)]))));
        string register = Data.QubitCount == 1 ? "" : " (reduced states of every qubit)";
        string denoiser = Config.Model == PairingModel.Qcgdm ? "a classical network" : "circuits with ancillas";
        return ScatterFigure.Ball($"{Config.Model.ToString().ToUpperInvariant()}: {PairingConfig.NameOf(Config.Channel!.Value)} noise, undone by {denoiser}{register}", [.. panels], places.Length).Standalone();
    }

    private float[] Bloch(Complex[][] states)
    {
        var vectors = new List<float>();
        foreach (Complex[] state in states)
        {
            for (int q = 0; q < Data.QubitCount; q++)
            {
                (double x, double y, double z) = PureState.Bloch(state, q);
                vectors.AddRange([(float)x, (float)y, (float)z]);
            }
        }

        return [.. vectors];
    }
}
