using System.CommandLine;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Models;
using QDiff.Models.Data;
using QDiff.Models.Generators;
using QDiff.Models.Images;
using QDiff.Models.Pairings;
using QDiff.Models.Persistence;
using QDiff.Models.Training;
using static QDiff.Cli.Display.Sentence;
using static TorchSharp.torch;

namespace QDiff.Cli.Commands;

/// <summary><c>qdiff sample</c>: draws images from a trained run into a PNG grid or a NumPy array, points and states into an array.</summary>
internal sealed class SampleCommand
{
    private const int MostInGrid = 10_000;
    private const int MostInArray = 500_000;

    private readonly Argument<string> _folder = CommandOptions.Run();
    private readonly Option<int?> _count = CommandOptions.Whole("--count", $"Images to draw (a PNG holds at most {MostInGrid})", 1, MostInArray, "100");
    private readonly Option<int?> _class = CommandOptions.Whole("--class", "Draw this class only", 0, ImageDataset.Classes - 1, "the classes take turns");
    private readonly DrawOptions _draw = new();
    private readonly CommandLineDevice _device = new();

    private readonly Option<string?> _out = CommandOptions.Path(
        "--out", "FILE", "FILE.png for a grid, FILE.npy for float32 [N, 28, 28] in [0, 1]; FILE.npy alone for points [N, 2], Bloch vectors [N, 3] or amplitudes [N, 2^n, 2]. Default: a file in the run's samples folder, named after the settings.");

    private readonly Terminal _terminal;
    private readonly CancellationToken _cancellation;

    private SampleCommand(Terminal terminal, CancellationToken cancellation) => (_terminal, _cancellation) = (terminal, cancellation);

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var sample = new SampleCommand(terminal, cancellation);
        var command = new Command("sample", "Draws images from a trained run (points or states from one of cqgdm, qcgdm and qqgdm). The same seed draws the same.") { sample._folder };
        foreach (Option option in (Option[])[sample._count, sample._class, .. sample._draw.All, sample._out, .. sample._device.All])
        {
            command.Add(option);
        }

        command.SetAction(sample.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        if (PairingConfig.IsIn(parse.GetValue(_folder)!))
        {
            return RunPairing(parse);
        }

        int count = parse.GetValue(_count) ?? 100;
        string? file = parse.GetValue(_out);
        bool array = file is not null && IsArray(file, _out.Name);
        if (!array && count > MostInGrid)
        {
            throw new CommandLineException($"A PNG grid holds at most {MostInGrid} images; got '--count {count}': draw fewer, or name a .npy file with --out.");
        }

        TerminalObserver observer = TerminalObserver.For(_terminal);
        string folder = parse.GetValue(_folder)!;
        RunConfig run = RunOptions.Of(folder);
        DrawSettings draw = _draw.Of(parse, run);
        RunOptions.RefuseClass(parse, _class, run);
        ComputeDevice device = _device.Open(parse, _terminal);
        using var backend = device.Backend;
        IImageModel model = ImageTraining.Load(folder, device, observer.Warn);
        byte[] classes = parse.GetValue(_class) is { } only ? [.. Enumerable.Repeat((byte)only, count)] : LatentDiffusionModel.UniformClasses(count);
        float[] images = observer.Watch(() => Draw(model, classes, draw, observer), _cancellation);

        if (file is null)
        {
            string name = Invariant($"{(parse.GetValue(_class) is { } c ? $"class{c}-" : "")}{count}{How(draw, run.Kind)}-seed{draw.Seed}.png");
            file = Path.Combine(folder, "samples", name);
        }

        if (array)
        {
            NumpyFile.Write(file, images, count, ImageDataset.Side, ImageDataset.Side);
        }
        else
        {
            PngWriter.Write(file, ImageGrid.Compose(images, ImageDataset.Side, ImageDataset.Side, Columns(count)));
        }

        _terminal.Out.WriteLine(file);
        return ExitCode.Done;
    }

    /// <summary>Draws points or states of a pairing into a NumPy array; its pictures are in the run already.</summary>
    private int RunPairing(ParseResult parse)
    {
        string folder = parse.GetValue(_folder)!;
        PairingConfig config = PairingOptions.Of(folder);
        string model = CommandOptions.NameOf(config.Model);
        PairingOptions.RefuseOthers(parse, $"a run of {model}", [_count.Name, RunOptions.Seed, _out.Name, .. _device.All.Select(option => option.Name)]);
        int count = parse.GetValue(_count) ?? 100;
        ulong seed = parse.GetValue<ulong?>(RunOptions.Seed) ?? config.Seed;
        string file = parse.GetValue(_out) ?? Path.Combine(folder, "samples", Invariant($"{count}-seed{seed}.npy"));
        if (!IsArray(file, _out.Name))
        {
            throw new CommandLineException($"'{_out.Name}' writes a run of {model} as .npy (an array of points or states); got '{file}': give it this ending, pictures are in the run's samples folder.");
        }

        TerminalObserver observer = TerminalObserver.For(_terminal);
        ComputeDevice device = _device.Open(parse, _terminal);
        using var backend = device.Backend;
        (float[] values, long[] shape) = observer.Watch(
            () => PairingTraining.Sample(folder, count, seed, device, observer.Warn, _cancellation), _cancellation);
        NumpyFile.Write(file, values, shape);
        _terminal.Out.WriteLine(file);
        return ExitCode.Done;
    }

    private float[] Draw(IImageModel model, byte[] classes, DrawSettings draw, TerminalObserver observer)
    {
        using Tensor images = model.Generate(classes, draw, _cancellation, new StageProgress(observer, "sampling", classes.Length));
        return images.cpu().data<float>().ToArray();
    }

    /// <summary>The way of drawing as part of a file's name.</summary>
    private static string How(DrawSettings draw, ImageModelKind kind)
    {
        string guidance = draw.Guidance == 0 ? "" : Invariant($"-guidance{draw.Guidance}");
        return !kind.HasDiffusion ? ""
            : draw.Sampler.IsRandom ? Invariant($"-steps{draw.Steps}-temperature{draw.Temperature}{guidance}")
            : Invariant($"-steps{draw.Steps}-{draw.Sampler.Name}{guidance}");
    }

    /// <summary>A column for every class as long as that makes a neat grid; 0, which is as square as it gets, beyond.</summary>
    private static int Columns(int count) => count % ImageDataset.Classes == 0 && count <= ImageDataset.Classes * ImageDataset.Classes ? ImageDataset.Classes : 0;

    private static bool IsArray(string file, string option) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".npy" => true,
        ".png" => false,
        _ => throw new CommandLineException($"'{option}' writes .png (a grid) or .npy (an array); got '{file}': give it one of these endings."),
    };
}
