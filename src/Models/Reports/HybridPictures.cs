using System.Globalization;
using QDiff.Models.Data;
using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Hybrid;
using QDiff.Models.Images;
using QDiff.Models.Latents;
using QDiff.Models.Persistence;
using QDiff.Models.Quantum;
using QDiff.Models.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Reports;

/// <summary>The pictures that are drawn from the trained networks of a hybrid run: strips of digits, the latent space, schedule and circuit.</summary>
internal sealed class HybridPictures(HtmlReport page, RunFolder run, DataOptions data, ComputeDevice device, MissingParts missing, CancellationToken cancellation)
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
        var schedule = new DepolarizingSchedule(_config.DiffusionSteps);
        var diffusion = new SphericalDiffusion(_config.Qubits, schedule);
        SphericalAutoencoder? autoencoder = null;
        missing.Try("digits on their way through the noise", () => autoencoder = LoadAutoencoder());
        if (autoencoder is not null)
        {
            AddDigits(autoencoder, diffusion);
            autoencoder.Dispose();
        }

        RunReport.AddSchedule(page, [("shrink α_t of a Bloch vector", [.. Enumerable.Range(0, schedule.Steps + 1).Select(schedule.Shrink)])]);
        RunReport.AddCircuit(
            page, new ReuploadingAnsatz(_config.Qubits, _config.Layers, _config.Entangler).Circuit,
            string.Create(CultureInfo.InvariantCulture, $"The denoiser's circuit: the first two columns prepare the noisy product state, {_config.Layers} layers of rotations follow, whose angles a small network sets from the noisy state, the step and the class."));
    }

    private void AddDigits(SphericalAutoencoder autoencoder, SphericalDiffusion diffusion)
    {
        ImageDataset? test = null;
        missing.Try("real digits in the latent space", () => test = LoadTest());
        int steps = _config.DiffusionSteps;
        int[] strip = Places(steps, StripPlaces), ball = Places(steps, BallPlaces);
        IReadOnlyDictionary<int, Tensor>? way = null;
        byte[] classes = LatentDiffusionModel.UniformClasses(Drawn);
        missing.Try("the reverse process", () => way = Reverse(diffusion, classes, [.. strip.Union(ball)]));
        cancellation.ThrowIfCancellationRequested();

        Tensor? latents = null;
        byte[] labels = [];
        if (test is not null)
        {
            using Tensor images = test.Images(0, Math.Min(MapDigits, test.Count), device.Tensors);
            latents = LatentDiffusionModel.Encode(autoencoder, images);
            labels = test.Labels[..(int)latents.shape[0]];
        }

        if (latents is not null || way is not null)
        {
            page.Section("Forward and reverse");
        }

        if (latents is not null)
        {
            AddForward(autoencoder, diffusion, test!, latents, labels, strip);
        }

        if (way is not null)
        {
            Tensor tenth = cat([.. strip.OrderDescending().Select(t => way[t].narrow(0, 0, ImageDataset.Classes))], 0);
            page.Figure(
                "reverse-strip", Strip(autoencoder, tenth, strip.Length),
                "Ten rows of images that become digits from left to right",
                string.Create(CultureInfo.InvariantCulture, $"Reverse process, decoded: every row is one generated digit, classes 0 to 9, from the maximally mixed state (t = {steps}, left) to the clean state (right), at t = {string.Join(", ", strip.OrderDescending())}."));
        }

        if (latents is not null)
        {
            page.Section("Latent space");
            AddMap(latents, labels, way?[0], classes);
            AddBalls(latents, labels);
            AddWay(diffusion, latents, labels, way, classes, ball);
        }

        foreach (Tensor states in way is null ? Enumerable.Empty<Tensor>() : way.Values)
        {
            states.Dispose();
        }
    }

    private void AddForward(SphericalAutoencoder autoencoder, SphericalDiffusion diffusion, ImageDataset test, Tensor latents, byte[] labels, int[] places)
    {
        int[] first = [.. Enumerable.Range(0, ImageDataset.Classes).Select(c => Array.IndexOf(labels, (byte)c)).Where(i => i >= 0)];
        Tensor clean = latents.index_select(0, tensor(first.Select(i => (long)i).ToArray(), device: latents.device));
        using Tensor real = test.Images(0, (int)latents.shape[0]);
        float[] originals = real.index_select(0, tensor(first.Select(i => (long)i).ToArray())).data<float>().ToArray();
        var columns = new List<float[]> { originals };
        foreach (int t in places.Order())
        {
            Tensor noisy = t == 0 ? clean : diffusion.Diffuse(clean, [.. Enumerable.Repeat(t, first.Length)], SeedSequence.Derive(_config.Seed, "report"), (ulong)t);
            columns.Add(LatentDiffusionModel.Decode(autoencoder, noisy).cpu().contiguous().data<float>().ToArray());
        }

        page.Figure(
            "forward-strip", ByRow(columns, first.Length),
            "Ten rows of digits that fade into noise from left to right",
            string.Create(CultureInfo.InvariantCulture, $"Forward process, decoded: one test digit of every class (left), its reconstruction at t = 0, and one draw of its noisy state at t = {string.Join(", ", places.Order().Skip(1))}."));
    }

    private void AddMap(Tensor latents, byte[] labels, Tensor? generated, byte[] classes)
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
            panels.Add(new ScatterPanel("generated", (generated - mean).mm(axes).cpu().contiguous().data<float>().ToArray(), classes));
        }

        page.Figure(
            "latent-map", ScatterFigure.Plane("", panels, panels.Count, Margin * real.Max(Math.Abs), MapSide),
            "Clouds of points, one colour for each class",
            string.Create(CultureInfo.InvariantCulture, $"The latent space along its first two principal axes, which carry {(spread[^1] + spread[^2]) / spread.Sum():0 %} of its variance: {real.Length / 2:#,0} test digits{(generated is null ? "" : $" and {classes.Length} generated ones in the same axes")}, coloured by class."));
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

    private void AddWay(SphericalDiffusion diffusion, Tensor latents, byte[] labels, IReadOnlyDictionary<int, Tensor>? way, byte[] classes, int[] places)
    {
        int count = (int)Math.Min(BallDigits, latents.shape[0]), qubit = Telling(latents, labels);
        Tensor clean = latents.narrow(0, 0, count);
        var panels = places.Order().Select(t => new ScatterPanel(
            t == 0 ? "test digits" : string.Create(CultureInfo.InvariantCulture, $"forward, t = {t}"),
            Vectors(t == 0 ? clean : diffusion.Diffuse(clean, [.. Enumerable.Repeat(t, count)], SeedSequence.Derive(_config.Seed, "report"), (ulong)t), qubit, count), labels[..count])).ToList();
        foreach (int t in places.OrderDescending().Where(_ => way is not null))
        {
            panels.Add(new ScatterPanel(t == 0 ? "generated" : string.Create(CultureInfo.InvariantCulture, $"reverse, t = {t}"), Vectors(way![t], qubit, classes.Length), classes));
        }

        page.Figure(
            "bloch-way", ScatterFigure.Ball("", panels, places.Length),
            "Bloch balls on which clusters of points spread over the sphere and gather again",
            string.Create(CultureInfo.InvariantCulture, $"Qubit {qubit}, which tells the classes apart best, on its way: depolarizing noise spreads the states over the sphere (upper row), the reverse process gathers generated ones (lower row)."));
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

    private static GrayImage Strip(SphericalAutoencoder autoencoder, Tensor states, int columns)
    {
        float[] images = LatentDiffusionModel.Decode(autoencoder, states).cpu().contiguous().data<float>().ToArray();
        int rows = images.Length / (columns * ImageDataset.PixelsPerImage);
        return ByRow([.. Enumerable.Range(0, columns).Select(c => images.AsSpan(c * rows * ImageDataset.PixelsPerImage, rows * ImageDataset.PixelsPerImage).ToArray())], rows);
    }

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

    private IReadOnlyDictionary<int, Tensor> Reverse(SphericalDiffusion diffusion, byte[] classes, int[] places)
    {
        using Denoiser denoiser = new Denoiser(_config.DenoiserShape, DenoiserVariant.Trained, device.Backend, _config.CircuitExecution).to(device.Tensors);
        string stage = VariantNames.Of(DenoiserVariant.Trained);
        long step = TrainingStage.LoadModule(run, stage, _config.Fingerprint, "average.", denoiser, missing.Add);
        if (step < _config.DenoiserSteps)
        {
            missing.Add(string.Create(
                CultureInfo.InvariantCulture, $"the end of the stage '{stage}': it is at step {step} of {_config.DenoiserSteps}, and the pictures of the reverse process are from there"));
        }

        denoiser.eval();
        return new ReverseSampler(denoiser, diffusion, device.Tensors).Way(
            classes, places, DrawSettings.Of(_config) with { Seed = SeedSequence.Derive(_config.Seed, "evaluation") }, cancellation);
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
