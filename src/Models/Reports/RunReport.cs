using System.Globalization;
using System.Text.Json.Nodes;
using QDiff.Engine.Circuits;
using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Images;
using QDiff.Models.Pairings;
using QDiff.Models.Persistence;
using QDiff.Models.Training;

namespace QDiff.Models.Reports;

/// <summary>
/// A run as one page: figures, curves, pictures and settings, as far as the run has come. What it lacks is named, never made up. Nothing in the run changes.
/// </summary>
public static class RunReport
{
    /// <summary>Name of the file in a run folder.</summary>
    public const string FileName = "report.html";

    /// <summary>Panels of loss curves that are drawn; further stages are left to log.jsonl.</summary>
    private const int MostCurves = 12;

    private const int CurvePoints = 200;

    // In the order in which they are shown.
    private static readonly (string Key, string Name, string Format, string Meaning)[] s_facts =
    [
        ("fid", "FID", "0.00", "distance to the test images; lower is better"),
        ("fid_reconstruction", "FID, reconstruction", "0.00", "test images through the autoencoder alone"),
        ("fid_floor", "FID, floor", "0.00", "training images against test images"),
        ("fid_infinity", "FID∞", "0.00", "extrapolated to infinitely many images"),
        ("confident_share", "confident", "0.0 %", "images that a classifier is sure of"),
        ("conditional_accuracy", "right class", "0.0 %", "recognised as what they were asked for"),
        ("precision", "precision", "0.000", "how real"),
        ("recall", "recall", "0.000", "how varied"),
        ("density", "density", "0.000", "how real, robust to outliers"),
        ("coverage", "coverage", "0.000", "how varied, robust to outliers"),
        ("nearest_training", "nearest training image", "0.00", "median distance of generated images"),
        ("nearest_training_held_out", "the same, held-out images", "0.00", "copies would come out well below"),
        ("mean_fidelity", "mean fidelity", "0.0000", "generated against target states"),
        ("mean_fidelity_floor", "mean fidelity, floor", "0.0000", "target against other draws of it"),
        ("wasserstein", "Wasserstein distance", "0.0000", "cost 1 − F"),
        ("mmd", "MMD²", "0.0000", "kernel F"),
        ("kl_histogram", "KL, histogram", "0.000", "target from generated, nats"),
        ("kl_histogram_floor", "KL floor, histogram", "0.000", "target from another draw of it"),
        ("kl_knn", "KL, nearest neighbours", "0.000", "target from generated, nats"),
        ("kl_knn_floor", "KL floor, nearest neighbours", "0.000", "target from another draw of it"),
        ("parameters", "parameters", "#,0", "trained numbers"),
        ("samples", "samples", "#,0", "generated and scored"),
        ("steps", "reverse steps", "#,0", ""),
        ("training_seconds", "training", "#,0.0 s", "wall-clock time"),
        ("seconds", "whole run", "#,0.0 s", "training, sampling and scoring"),
    ];

    /// <summary>Writes the report of a run.</summary>
    /// <param name="folder">The run folder; the run may be unfinished.</param>
    /// <param name="file">The file to write; null for <see cref="FileName"/> in the run folder.</param>
    /// <param name="command">Writes the command that repeats the run, from the model's name and the run folder; null where nobody knows.</param>
    /// <param name="data">Where the images lie; the choice is the run's own.</param>
    /// <param name="device">Where pictures are drawn from the trained networks.</param>
    /// <param name="observer">Told what the report lacks.</param>
    /// <param name="cancellation">Stops between pictures.</param>
    /// <returns>The file.</returns>
    /// <exception cref="UserErrorException">There is no run, a file of it is damaged, or the report cannot be written.</exception>
    public static string Write(
        string folder, string? file, Func<string, string?> command, DataOptions data, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation)
    {
        using RunFolder run = RunFolder.Open(folder);
        string path = file ?? Path.Combine(folder, FileName);
        AtomicFile.RequireWritable(path);
        RunRecord record = RunRecord.Read(run);
        AtomicFile.WriteText(path, Build(run, record, command(record.Model), data, device, observer, cancellation));
        return path;
    }

    private static string Build(
        RunFolder run, RunRecord record, string? command, DataOptions data, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation)
    {
        string subject = string.Join(", ", new[] { record.Text("data"), record.Text("target"), record.Text("ensemble"), record.Text("channel") }.Where(text => text.Length > 0));
        var page = new HtmlReport(
            $"{Titled(record.Model)}{(subject.Length > 0 ? $": {subject}" : "")}",
            $"Run '{Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(run.Root)))}', preset {record.Text("preset")}, seed {record.Text("seed")}, {(record.Metrics is null ? "not finished" : "finished")}");
        var missing = new MissingParts(observer);
        if (record.Metrics is null)
        {
            string stages = string.Join(", ", record.Log.GroupBy(line => line.Stage).Select(stage => string.Create(CultureInfo.InvariantCulture, $"'{stage.Key}' to step {stage.Max(line => line.StageStep)}")));
            missing.Add($"scores: the run is not finished ({(stages.Length > 0 ? $"trained: {stages}" : "nothing is logged yet")}); go on with 'qdiff train --resume --out {run.Root}'");
        }

        AddScores(page, record);
        AddSamples(page, run, record, missing);
        AddCurves(page, record, missing);
        missing.Try("pictures from the trained networks", () =>
        {
            if (PairingConfig.IsIn(run.Root))
            {
                AddPairing(page, run, record, missing, device);
            }
            else if (ImageModelKind.Find(record.Model) is not null)
            {
                new ModelPictures(page, run, data, device, missing, cancellation).Add();
            }
            else
            {
                missing.Add($"pictures from the trained networks: this program knows no model '{record.Model}'");
            }
        });
        AddSettings(page, record, command);
        if (missing.Sentences.Count > 0)
        {
            page.Section("What is missing");
            foreach (string sentence in missing.Sentences)
            {
                page.Note(sentence);
            }
        }

        return page.ToHtml();
    }

    private static void AddScores(HtmlReport page, RunRecord record)
    {
        if (record.Metrics is null)
        {
            page.Note("This run is not finished: there are no scores yet. What it lacks is listed at the end.");
            return;
        }

        page.Section("Scores");
        var facts = s_facts.Where(fact => record.Number(fact.Key) is { } number && (fact.Key != "steps" || number > 0))
            .Select(fact => (fact.Name, Format(record.Number(fact.Key)!.Value, fact.Format), fact.Meaning)).ToList();
        if (record.Number("fid") is { } fid && record.Number("fid_reconstruction") is > 0 and var reconstruction)
        {
            facts.Insert(2, ("ratio", Format(fid / reconstruction, "0.00"), "FID over that of the reconstruction"));
        }

        page.Facts(facts);
        AddSettingsCompared(page, record);
        AddControls(page, record);
    }

    private static void AddSettingsCompared(HtmlReport page, RunRecord record)
    {
        JsonObject metrics = record.Metrics!;
        string[][] rows =
        [
            .. ((JsonNode?[])[metrics, metrics["temperature_one"], metrics["ten_steps"], .. metrics["draws"] as JsonArray ?? []]).OfType<JsonObject>().Where(draw => draw["fid"] is not null && draw["temperature"] is not null && draw["steps"]?.GetValue<int>() > 0).Select(draw => (string[])
            [
                string.Create(CultureInfo.InvariantCulture, $"{draw["sampler"]?.ToString() ?? Sampler.Ancestral.Name}, {draw["steps"]} steps{(draw["sampler"] is null ? $", τ = {draw["temperature"]!.GetValue<double>():0.##}" : "")}"),
                .. new[] { "fid", "precision", "recall", "density", "coverage" }.Select(key => draw[key] is JsonValue number && number.TryGetValue(out double value) ? Format(value, key == "fid" ? "0.00" : "0.000") : ""),
            ]),
            .. new[] { ("gmm10", "10 Gaussians on the latents, no diffusion"), ("gmm100", "100 Gaussians on the latents, no diffusion") }
                .Where(mixture => record.Number(mixture.Item1) is not null).Select(mixture => (string[])[mixture.Item2, Format(record.Number(mixture.Item1)!.Value, "0.00"), "", "", "", ""]),
        ];
        if (rows.Length > 1)
        {
            page.Table("The same networks drawn from with other settings, and what needs no diffusion, through the same decoder.", ["drawn with", "FID", "precision", "recall", "density", "coverage"], rows);
        }
    }

    private static void AddControls(HtmlReport page, RunRecord record)
    {
        if (record.Metrics!["circuit"] is JsonObject { Count: > 1 } circuit)
        {
            page.Table(
                "The circuit and what stands in its place: same latents, batches, noise, decoder and metric.",
                ["circuit", "FID", "recall", "coverage", "confident", "loss", "parameters", "training"],
                circuit.Select(variant => (string[])
                [
                    variant.Key.Replace('_', ' '),
                    .. new[] { ("fid", "0.00"), ("recall", "0.000"), ("coverage", "0.000"), ("confident_share", "0.0 %"), ("loss", "0.0000"), ("parameters", "#,0"), ("training_seconds", "0.0 s") }
                        .Select(column => record.Number("circuit", variant.Key, column.Item1) is { } value ? Format(value, column.Item2) : ""),
                ]));
        }
    }

    private static void AddSamples(HtmlReport page, RunFolder run, RunRecord record, MissingParts missing)
    {
        string grid = Path.Combine(run.SamplesPath, "grid.png");
        string[] drawings = Directory.Exists(run.SamplesPath) ? [.. Directory.EnumerateFiles(run.SamplesPath, "*.svg").Order(StringComparer.Ordinal)] : [];
        if (!File.Exists(grid) && drawings.Length == 0)
        {
            missing.Add("generated samples: the run has no picture of them; they are drawn when it is finished");
            return;
        }

        page.Section("Samples");
        missing.Try("generated samples", () =>
        {
            if (File.Exists(grid))
            {
                bool hasClasses = ImageModelKind.Find(record.Model) is not { HasClasses: false };
                page.Png(
                    "sample-grid", File.ReadAllBytes(grid), hasClasses ? "A grid of generated images, one row for every class" : "A grid of generated images",
                    hasClasses
                        ? "Generated images: ten of every class, class 0 in the top row to class 9 in the bottom row, the first that were drawn."
                        : "Generated images, the first hundred that were drawn; this model knows no classes.");
            }

            foreach (string drawing in drawings)
            {
                page.Svg(
                    Path.GetFileNameWithoutExtension(drawing), File.ReadAllText(drawing), "Clouds of points: the target, ever noisier on its way, and noise on its way back to generated samples",
                    "Upper row: the target and the same samples at later and later steps of the forward process. Lower row: the reverse process from noise to generated samples. On a Bloch ball, points on the far side are paler.");
            }
        });
    }

    private static void AddCurves(HtmlReport page, RunRecord record, MissingParts missing)
    {
        var stages = record.Log.Where(line => line.Loss is { } loss && double.IsFinite(loss)).GroupBy(line => line.Stage).Take(MostCurves).ToList();
        var scored = record.Log.Where(line => line.Fid is not null).GroupBy(line => line.Stage).ToList();
        if (stages.Count > 0 || scored.Count > 0)
        {
            page.Section("Training");
        }

        if (stages.Count > 0)
        {
            AddLosses(page, stages);
        }
        else
        {
            missing.Add("loss curves: the run has logged no loss yet");
        }

        if (scored.Count == 0)
        {
            if (ImageModelKind.Find(record.Model) is { } kind && FidProbe.Watches(kind))
            {
                missing.Add("FID over training: the run has not recorded any (--fid-points N records it at N places)");
            }

            return;
        }

        LinePlot.Line[] final = record.Number("fid") is { } fid
            ? [new LinePlot.Line("of the finished run", [.. scored[0].Select(line => ((double)line.StageStep, fid))]) { IsLimit = true }]
            : [];
        page.Figure(
            "fid-over-training",
            new LinePlot("", "step of the stage") { Horizontal = AxisScale.Linear }.Draw(
                [new("FID over training", "FID", [.. scored.Select(stage => new LinePlot.Line(stage.Key.Replace('_', ' '), [.. stage.Select(line => ((double)line.StageStep, line.Fid!.Value))])), .. final])]),
            string.Create(CultureInfo.InvariantCulture, $"FID against training step, from {scored[0].First().Fid:0.0} to {scored[0].Last().Fid:0.0}"),
            $"FID on the way: {FidProbe.Samples:#,0} images, of a diffusion in {FidProbe.Steps} steps, from the weights that would draw then. So few read higher than the score of the finished run (dashed), which has its own numbers.");
    }

    private static void AddLosses(HtmlReport page, IReadOnlyList<IGrouping<string, LogLine>> stages)
    {
        AxisScale vertical = stages.SelectMany(stage => stage).All(line => line.Loss > 0) ? AxisScale.Logarithmic : AxisScale.Linear;
        page.Figure(
            "loss-curves",
            new LinePlot("", "step of the stage") { Horizontal = AxisScale.Linear, Vertical = vertical, IsHorizontalShared = false, Columns = 3 }.Draw(
            [
                .. stages.Select(stage => new LinePlot.Panel(stage.Key.Replace('_', ' '), stage.Key == "autoencoder" ? "loss of the autoencoder" : "loss",
                    [new LinePlot.Line("loss", Thinned([.. stage.Select(line => ((double)line.StageStep, line.Loss!.Value))])) { IsDense = true }])),
            ]),
            $"Loss against training step for the stages {string.Join(", ", stages.Select(stage => stage.Key))}",
            $"Loss of every stage, mean over 100 steps{(vertical == AxisScale.Logarithmic ? ", on a logarithmic axis" : "")}. Losses of different stages compare only where they share an axis.");
    }

    private static void AddPairing(HtmlReport page, RunFolder run, RunRecord record, MissingParts missing, ComputeDevice device)
    {
        PairingConfig config = PairingConfig.Parse(run.ReadConfig(), run.ConfigPath);
        Pairing pairing = Pairing.Of(config, device);
        if (record.Metrics?["reverse_steps"] is JsonArray { Count: > 1 } steps)
        {
            page.Section("Reverse process");
            string[] keys = [.. ((JsonObject)steps[0]!).Select(entry => entry.Key).Where(key => key != "t")];
            page.Figure(
                "reverse-scores",
                new LinePlot("", "t, steps still to be undone") { Horizontal = AxisScale.Linear, Vertical = AxisScale.Linear }.Draw(
                    [new(config.Model == PairingModel.Cqgdm ? "divergence from the target" : "fidelity with the target", config.Model == PairingModel.Cqgdm ? "nats" : "mean fidelity",
                        [.. keys.Select(key => new LinePlot.Line(key.Replace('_', ' '), [.. steps.Select(step => (step!["t"]!.GetValue<double>(), step[key]!.GetValue<double>())).Reverse()]))])]),
                "The score of the samples against the step of the reverse process",
                "How far the samples are from the target at places of the reverse process, which runs from right to left.");
        }
        else
        {
            missing.Add("scores along the reverse process: metrics.json has none");
        }

        AddSchedule(page, pairing.Schedules);
        if (pairing.Circuit is { } circuit)
        {
            AddCircuit(page, circuit, config.Model == PairingModel.Qqgdm
                ? $"The unitary of one reverse step; the last {config.Ancillas} qubits are ancillas, which start in |0⟩ and are measured after it. Every step has angles of its own."
                : "The denoiser's circuit; a linear map sets the angles x from the point and the step.");
        }
    }

    /// <summary>Draws how the noise grows.</summary>
    internal static void AddSchedule(HtmlReport page, IReadOnlyList<(string Name, double[] Values)> schedules)
    {
        page.Section("Noise schedule");
        page.Figure(
            "noise-schedule",
            new LinePlot("", "step t") { Horizontal = AxisScale.Linear, Vertical = AxisScale.Linear }.Draw(
                [new("what is left of the clean sample", "factor", [.. schedules.Select(s => new LinePlot.Line(s.Name, [.. s.Values.Select((value, t) => ((double)t, value))]) { IsDense = true })])]),
            string.Create(CultureInfo.InvariantCulture, $"Curves over {schedules[0].Values.Length - 1} steps: {string.Join("; ", schedules.Select(s => $"{s.Name} from {s.Values[0]:0.00} to {s.Values[^1]:0.00}"))}"),
            "How the noise grows along the forward process: what is left of the clean sample at step t.");
    }

    /// <summary>Draws a circuit and counts its gates.</summary>
    internal static void AddCircuit(HtmlReport page, Circuit circuit, string caption)
    {
        page.Section("Circuit");
        string gates = string.Join(", ", circuit.Operations.GroupBy(operation => operation.Gate.Name).Select(gate => string.Create(CultureInfo.InvariantCulture, $"{gate.Count():#,0} {gate.Key}")));
        int depth = CircuitFigure.Depth(circuit);
        page.Figure(
            "circuit", CircuitFigure.Draw(circuit),
            string.Create(CultureInfo.InvariantCulture, $"Circuit diagram: {circuit.QubitCount} qubits, depth {depth}, {gates}"),
            string.Create(CultureInfo.InvariantCulture, $"{caption} {circuit.QubitCount} qubits, depth {depth}, {gates}. θ are trained angles, x are inputs of the circuit; where it is too long, its middle is left out."));
    }

    private static void AddSettings(HtmlReport page, RunRecord record, string? command)
    {
        page.Section("Settings");
        if (command is not null)
        {
            page.Paragraph("The command that repeats this run:");
            page.Code(command);
        }

        string commit = record.Text("commit");
        page.Paragraph(commit.Length > 0 ? $"Started by source revision {commit} on device '{record.Text("device")}'." : $"Started on device '{record.Text("device")}'; the source revision was not known.");
        page.Table(
            "Everything needed to repeat the run, as config.json has it.", ["setting", "value"],
            record.Config.Where(entry => entry.Value is not JsonObject).Select(entry => (string[])[entry.Key, entry.Value?.ToString() ?? ""]), 1);
        if (record.Metrics is not null)
        {
            page.Folded("All scores (metrics.json)", record.Metrics.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }));
        }
    }

    private static (double X, double Y)[] Thinned((double X, double Y)[] points)
    {
        int every = Math.Max(1, (points.Length + CurvePoints - 1) / CurvePoints);
        return [.. points.Where((_, i) => i % every == 0 || i == points.Length - 1)];
    }

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Titled(string model) => model switch
    {
        "hybrid" => "Hybrid latent diffusion",
        "cqgdm" => "CQGDM: classical diffusion, quantum denoiser",
        "qcgdm" => "QCGDM: quantum diffusion, classical denoiser",
        "qqgdm" => "QQGDM: quantum diffusion, quantum denoiser",
        "ddpm" => "Classical latent diffusion (ddpm)",
        "gmm" => "Gaussian mixture on latents (gmm)",
        "vae" => "Variational autoencoder (vae)",
        "wgan-latent" => "Wasserstein GAN on latents (wgan-latent)",
        "wgan" => "Wasserstein GAN on pixels (wgan)",
        "unet" => "Diffusion of pixels, a small U-Net (unet)",
        _ => model,
    };
}
