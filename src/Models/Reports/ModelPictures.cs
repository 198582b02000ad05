using System.Globalization;
using QDiff.Models.Data;
using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Hybrid;
using QDiff.Models.Images;
using QDiff.Models.Latents;
using QDiff.Models.Pairings;
using QDiff.Models.Persistence;
using QDiff.Models.Quantum;
using QDiff.Models.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Reports;

/// <summary>
/// The pictures that are drawn from the trained networks of a model of images, as far as its kind has them: strips of digits, the latent space, schedule and circuit.
/// </summary>
internal sealed class ModelPictures(HtmlReport page, RunFolder run, DataOptions data, ComputeDevice device, MissingParts missing, CancellationToken cancellation)
{
    private const int MapDigits = 2000;
    private const int BallDigits = 400;
    private const int Drawn = 400;
    private const int StripPlaces = 9;
    private const int BallPlaces = 5;
    private const int MapSide = 360;
    private const double Margin = 1.05;

    private readonly RunConfig _config = RunConfig.Parse(run.ReadConfig(), run.ConfigPath);

    /// <summary>Adds all that the run has come far enough for.</summary>
    public void Add()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        ImageModelKind kind = _config.Kind;
        IDiffusion? diffusion = !kind.HasDiffusion ? null : kind.HasLatents ? LatentProcess.Of(_config) : UNetModel.Process(GaussianSchedule.Cosine(_config.DiffusionSteps));
        if (kind.HasLatents)
        {
            SphericalAutoencoder? autoencoder = null;
            missing.Try(diffusion is null ? "the latent space" : "digits on their way through the noise", () => autoencoder = LoadAutoencoder());
            if (autoencoder is not null)
            {
                AddDigits(autoencoder, diffusion);
                autoencoder.Dispose();
            }
        }
        else if (diffusion is not null)
        {
            AddPixels(diffusion);
        }
        else if (kind == ImageModelKind.Vae)
        {
            missing.Try("the latent space", AddVaeMap);
        }

        if (diffusion is not null)
        {
            RunReport.AddSchedule(page, [(
                kind != ImageModelKind.Hybrid ? "signal √ᾱ_t" : _config.Channel == NoiseChannel.Depolarizing ? "shrink α_t of a Bloch vector" : "mean shrink of a Bloch vector", [.. Enumerable.Range(0, diffusion.Steps + 1).Select(diffusion.Signal)])]);
        }

        if (kind == ImageModelKind.Hybrid)
        {
            RunReport.AddCircuit(
                page, new ReuploadingAnsatz(_config.Qubits, _config.Layers, _config.Entangler).Circuit,
                string.Create(CultureInfo.InvariantCulture, $"The denoiser's circuit: {_config.Layers} layers of rotations, whose angles a small network sets from the noisy state, the step and the class."));
        }

        AddAbsent(kind);
    }

    private void AddAbsent(ImageModelKind kind)
    {
        bool isHybrid = kind == ImageModelKind.Hybrid;
        string[] absent =
        [
            .. kind.HasClasses ? [] : new[] { "samples by class" },
            .. kind.HasDiffusion ? [] : new[] { "forward and reverse strips", "a noise schedule" },
            .. kind.HasLatents || kind == ImageModelKind.Vae ? [] : new[] { "a latent map" },
            .. isHybrid ? [] : new[] { "Bloch balls", "a circuit" },
            .. FidProbe.Watches(kind) ? [] : new[] { "FID over training" },
        ];
        if (absent.Length > 0)
        {
            page.Section("What does not apply");
            page.Paragraph($"A run of {kind} has no {string.Join(", no ", absent.Select(part => part.StartsWith("a ", StringComparison.Ordinal) ? part[2..] : part))}.");
        }
    }

    private void AddDigits(SphericalAutoencoder autoencoder, IDiffusion? diffusion)
    {
        ImageDataset? test = null;
        missing.Try("real digits in the latent space", () => test = LoadTest());
        int[] strip = diffusion is null ? [] : Places(diffusion.Steps, StripPlaces), ball = diffusion is null ? [] : Places(diffusion.Steps, BallPlaces);
        IReadOnlyDictionary<int, Tensor>? way = null;
        Tensor? generated = null;
        byte[] classes = LatentDiffusionModel.UniformClasses(Drawn);
        if (diffusion is null)
        {
            missing.Try("generated images in the latent space", () =>
            {
                using Tensor images = ImageTraining.Load(run.Root, device, missing.Add).Generate(classes, Draw, cancellation);
                generated = LatentDiffusionModel.Encode(autoencoder, images);
            });
        }
        else
        {
            missing.Try("the reverse process", () => way = Reverse(classes, [.. strip.Union(ball)]));
            generated = way?[0];
        }

        cancellation.ThrowIfCancellationRequested();

        Tensor? latents = null;
        byte[] labels = [];
        if (test is not null)
        {
            using Tensor images = test.Images(0, Math.Min(MapDigits, test.Count), device.Tensors);
            latents = LatentDiffusionModel.Encode(autoencoder, images);
            labels = test.Labels[..(int)latents.shape[0]];
        }

        if (diffusion is not null && (latents is not null || way is not null))
        {
            page.Section("Forward and reverse");
        }

        // Noise on spheres stays on them; where it leaves them, the decoder is shown the nearest point on them.
        Tensor Decoded(Tensor states) => LatentDiffusionModel.Decode(autoencoder, _config.Kind == ImageModelKind.Hybrid ? states : diffusion!.Clean(states));
        if (latents is not null && diffusion is not null)
        {
            int[] first = FirstOfEveryClass(labels);
            Tensor clean = latents.index_select(0, tensor(first.Select(i => (long)i).ToArray(), device: latents.device));
            AddForward(
                test!, first, strip, t => Decoded(t == 0 ? clean : Noisy(diffusion, clean, t)), "Forward process, decoded: one test digit of every class (left), its reconstruction at t = 0, and one draw of its noisy state");
        }

        if (way is not null)
        {
            int[] places = [.. strip.OrderDescending()];
            AddReverse(
                places, [.. places.Select(t => Decoded(way[t].narrow(0, 0, ImageDataset.Classes)))],
                $"Reverse process, decoded: every row is one generated digit, classes 0 to 9, from {(_config.Kind != ImageModelKind.Hybrid ? "Gaussian noise" : _config.Channel == NoiseChannel.Depolarizing ? "the maximally mixed state" : "the channel's end")}");
        }

        if (latents is not null)
        {
            page.Section("Latent space");
            AddMap(latents, labels, generated, classes, diffusion is null ? ", whose images are encoded again," : "");
            if (_config.Kind == ImageModelKind.Hybrid)
            {
                AddBalls(latents, labels);
                AddWay(diffusion!, latents, labels, way, classes, ball);
            }
        }

        foreach (Tensor states in way is null ? Enumerable.Empty<Tensor>() : way.Values)
        {
            states.Dispose();
        }
    }

    /// <summary>Strips of pixels, without any latent.</summary>
    private void AddPixels(IDiffusion diffusion)
    {
        ImageDataset? test = null;
        missing.Try("real digits on their way through the noise", () => test = LoadTest());
        IReadOnlyList<(int T, Tensor Images)>? way = null;
        missing.Try("the reverse process", () => way = ((UNetModel)ImageTraining.Load(run.Root, device, missing.Add)).Way(LatentDiffusionModel.UniformClasses(ImageDataset.Classes), Draw, cancellation));
        if (test is not null || way is not null)
        {
            page.Section("Forward and reverse");
        }

        if (test is not null)
        {
            int[] first = FirstOfEveryClass(test.Labels);
            Tensor clean = (cat([.. first.Select(i => test.Images(i, 1, device.Tensors))], 0) * 2) - 1;
            AddForward(test, first, [.. Places(diffusion.Steps, StripPlaces).Where(t => t > 0)], t => (Noisy(diffusion, clean, t) + 1) * 0.5, "Forward process: one test digit of every class (left), and one draw of it with noise");
        }

        if (way is not null)
        {
            var shown = Places(way.Count - 1, Math.Min(StripPlaces, way.Count)).Select(i => way[i]).ToArray();
            AddReverse([.. shown.Select(state => state.T)], [.. shown.Select(state => state.Images)], "Reverse process: every row is one generated digit, classes 0 to 9, from Gaussian noise");
        }
    }

    private void AddVaeMap()
    {
        VariationalAutoencoder vae = new VariationalAutoencoder(3 * _config.Qubits).to(device.Tensors);
        TrainingStage.LoadModule(run, VaeStage.StageName, _config.Fingerprint, "model.", vae, missing.Add);
        vae.eval();
        ImageDataset test = LoadTest();
        using Tensor images = test.Images(0, Math.Min(MapDigits, test.Count), device.Tensors);
        page.Section("Latent space");
        AddMap(
            vae.Posterior(images).narrow(1, 0, vae.Width), test.Labels[..(int)images.shape[0]], GaussianNoise.Draw(Drawn, [vae.Width], Draw.Seed, 0, 0, device.Tensors),
            LatentDiffusionModel.UniformClasses(Drawn), " (draws of the prior)");
    }

    private DrawSettings Draw => DrawSettings.Of(_config) with { Seed = SeedSequence.Derive(_config.Seed, "evaluation") };

    private Tensor Noisy(IDiffusion diffusion, Tensor clean, int t) =>
        diffusion.Diffuse(clean, [.. Enumerable.Repeat(t, (int)clean.shape[0])], SeedSequence.Derive(_config.Seed, "report"), (ulong)t);

    private static int[] FirstOfEveryClass(byte[] labels) => [.. Enumerable.Range(0, ImageDataset.Classes).Select(c => Array.IndexOf(labels, (byte)c)).Where(i => i >= 0)];

    /// <summary>Real digits, and what <paramref name="at"/> makes of them at some steps, as images.</summary>
    private void AddForward(ImageDataset test, int[] first, int[] places, Func<int, Tensor> at, string caption)
    {
        var columns = new List<float[]> { Pixels(cat([.. first.Select(i => test.Images(i, 1))], 0)) };
        columns.AddRange(places.Order().Select(t => Pixels(at(t))));
        page.Figure(
            "forward-strip", ByRow(columns, first.Length),
            "Ten rows of digits that fade into noise from left to right",
            string.Create(CultureInfo.InvariantCulture, $"{caption} at t = {string.Join(", ", places.Order().Where(t => t > 0))}."));
    }

    /// <summary>Generated digits at falling steps, the last of which is 0.</summary>
    private void AddReverse(int[] places, IReadOnlyList<Tensor> images, string caption) => page.Figure(
        "reverse-strip", ByRow([.. images.Select(Pixels)], (int)images[0].shape[0]),
        "Ten rows of images that become digits from left to right",
        string.Create(CultureInfo.InvariantCulture, $"{caption} (t = {places[0]}, left) to the clean {(_config.Kind.HasLatents ? "state" : "image")} (right), at t = {string.Join(", ", places)}."));

    private static float[] Pixels(Tensor images) => images.clamp(0, 1).cpu().contiguous().data<float>().ToArray();

    private void AddMap(Tensor latents, byte[] labels, Tensor? generated, byte[] classes, string how)
    {
        Tensor mean = latents.mean([0], keepdim: true);
        Tensor centred = (latents - mean).to(ScalarType.Float64);
        (Tensor values, Tensor vectors) = linalg.eigh(centred.t().mm(centred) / (double)latents.shape[0]);
        long width = latents.shape[1];
        Tensor axes = vectors.narrow(1, width - 2, 2).flip([1]).to(ScalarType.Float32);
        double[] spread = values.cpu().data<double>().ToArray();
        float[] real = (latents - mean).mm(axes).cpu().contiguous().data<float>().ToArray();
        var panels = new List<ScatterPanel> { new("test digits", real, labels) };
        if (generated is not null)
        {
            panels.Add(new ScatterPanel("generated", (generated - mean).mm(axes).cpu().contiguous().data<float>().ToArray(), _config.Kind.HasClasses ? classes : null));
        }

        page.Figure(
            "latent-map", ScatterFigure.Plane("", panels, panels.Count, Margin * real.Max(Math.Abs), MapSide),
            "Clouds of points, one colour for each class",
            string.Create(CultureInfo.InvariantCulture, $"The latent space along its first two principal axes, which carry {(spread[^1] + spread[^2]) / spread.Sum():0 %} of its variance: {real.Length / 2:#,0} test digits{(generated is null ? "" : $" and {classes.Length} generated ones{how} in the same axes")}, coloured by class{(generated is null || _config.Kind.HasClasses ? "" : "; generated ones have none")}."));
    }

    private void AddBalls(Tensor latents, byte[] labels)
    {
        int count = (int)Math.Min(BallDigits, latents.shape[0]);
        page.Figure(
            "bloch-balls",
            ScatterFigure.Ball("", [.. Enumerable.Range(0, _config.Qubits).Select(q => new ScatterPanel(
                string.Create(CultureInfo.InvariantCulture, $"qubit {q}"), Vectors(latents, q, count), labels[..count]))], 5),
            string.Create(CultureInfo.InvariantCulture, $"{_config.Qubits} Bloch balls with points of ten colours"),
            string.Create(CultureInfo.InvariantCulture, $"The latent states of {count} test digits: the Bloch vector of every qubit, coloured by class; points on the far side are paler."));
    }

    private void AddWay(IDiffusion diffusion, Tensor latents, byte[] labels, IReadOnlyDictionary<int, Tensor>? way, byte[] classes, int[] places)
    {
        int count = (int)Math.Min(BallDigits, latents.shape[0]), qubit = Telling(latents, labels);
        Tensor clean = latents.narrow(0, 0, count);
        var panels = places.Order().Select(t => new ScatterPanel(
            t == 0 ? "test digits" : string.Create(CultureInfo.InvariantCulture, $"forward, t = {t}"),
            Vectors(t == 0 ? clean : Noisy(diffusion, clean, t), qubit, count), labels[..count])).ToList();
        foreach (int t in places.OrderDescending().Where(_ => way is not null))
        {
            panels.Add(new ScatterPanel(t == 0 ? "generated" : string.Create(CultureInfo.InvariantCulture, $"reverse, t = {t}"), Vectors(way![t], qubit, classes.Length), classes));
        }

        page.Figure(
            "bloch-way", ScatterFigure.Ball("", panels, places.Length),
            "Bloch balls on which clusters of points lose their shape and gather again",
            string.Create(CultureInfo.InvariantCulture, $"Qubit {qubit}, which tells the classes apart best, on its way: {PairingConfig.NameOf(_config.Channel)} noise acts on the states{(way is null ? "" : " (upper row), the reverse process gathers generated ones (lower row)")}."));
    }

    /// <summary>The qubit whose Bloch vectors' class means are furthest apart.</summary>
    private int Telling(Tensor latents, byte[] labels)
    {
        var means = labels.Select((label, row) => (label, row)).GroupBy(pair => pair.label)
            .Select(group => latents.index_select(0, tensor(group.Select(pair => (long)pair.row).ToArray(), device: latents.device)).mean([0], keepdim: true)).ToList();
        Tensor together = cat(means, 0);
        float[] scatter = (together - together.mean([0], keepdim: true)).square().sum([0]).cpu().data<float>().ToArray();
        return Enumerable.Range(0, _config.Qubits).MaxBy(q => scatter[3 * q] + scatter[(3 * q) + 1] + scatter[(3 * q) + 2]);
    }

    private static float[] Vectors(Tensor states, int qubit, int count) =>
        states.narrow(0, 0, count).narrow(1, 3 * qubit, 3).cpu().contiguous().data<float>().ToArray();

    /// <summary>A grid whose columns are given one after the other.</summary>
    private static GrayImage ByRow(List<float[]> columns, int rows)
    {
        var images = new List<float>();
        for (int row = 0; row < rows; row++)
        {
            foreach (float[] column in columns)
            {
                images.AddRange(column.AsSpan(row * ImageDataset.PixelsPerImage, ImageDataset.PixelsPerImage));
            }
        }

        return ImageGrid.Compose(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(images), ImageDataset.Side, ImageDataset.Side, columns.Count);
    }

    /// <summary>Steps 0 to T, evenly spread, as many as asked for or all there are.</summary>
    private static int[] Places(int steps, int count) => [.. Enumerable.Range(0, count).Select(i => (int)Math.Round((double)steps * i / (count - 1))).Distinct()];

    private IReadOnlyDictionary<int, Tensor> Reverse(byte[] classes, int[] places)
    {
        DenoiserVariant variant = LatentDiffusionRecipe.Main(_config);
        using Denoiser denoiser = new Denoiser(_config.DenoiserShape, variant, device.Backend, _config.CircuitExecution).to(device.Tensors);
        string stage = VariantNames.Of(variant);
        long step = TrainingStage.LoadModule(run, stage, _config.Fingerprint, "average.", denoiser, missing.Add);
        if (step < _config.DenoiserSteps)
        {
            missing.Add(string.Create(
                CultureInfo.InvariantCulture, $"the end of the stage '{stage}': it is at step {step} of {_config.DenoiserSteps}, and the pictures of the reverse process are from there"));
        }

        denoiser.eval();
        return new ReverseSampler(denoiser, LatentDiffusionRecipe.LoadProcess(run, _config, missing.Add), device.Tensors).Way(classes, places, Draw, cancellation);
    }

    private SphericalAutoencoder LoadAutoencoder()
    {
        SphericalAutoencoder autoencoder = new SphericalAutoencoder(_config.Qubits).to(device.Tensors);
        TrainingStage.LoadModule(run, AutoencoderStage.StageName, _config.Fingerprint, "model.", autoencoder, missing.Add);
        autoencoder.eval();
        return autoencoder;
    }

    private ImageDataset LoadTest()
    {
        (ImageDataset train, ImageDataset test) = DatasetLoader.Load(DatasetLoader.Parse(_config.Data), data.Directory, missing.Add, cancellation: cancellation);
        return train.Sha256 == _config.DataSha256 ? test : throw new UserErrorException(
            $"the run was trained on other files of {_config.Data} than are found here; give the folder of the same files with --data-dir.");
    }
}
