using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace QDiff.Cli.Parsing;

/// <summary>System.CommandLine's help page with the verb's examples below it.</summary>
/// <param name="width">Columns to wrap at.</param>
internal sealed class HelpWithExamples(int width) : SynchronousCommandLineAction
{
    private readonly HelpAction _page = new() { MaxWidth = width };

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        _page.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        Command command = parseResult.CommandResult.Command;
        string path = PathOf(command);
        foreach ((string line, string meaning) in Of(path.Split(' ').ElementAtOrDefault(1)).Where(example => command is RootCommand || $"{example.Line} ".StartsWith($"{path} ", StringComparison.Ordinal)))
        {
            output.WriteLine($"  {line}");
            output.WriteLine($"      {meaning}");
        }

        return ExitCode.Done;
    }

    /// <summary>The words that name a command, from "qdiff" on.</summary>
    public static string PathOf(Command command) =>
        command is RootCommand ? "qdiff" : $"{PathOf(command.Parents.OfType<Command>().First())} {command.Name}";

    private static (string Line, string Meaning)[] Of(string? verb) => verb switch
    {
        "train" =>
        [
            ("qdiff train", "trains the hybrid model on MNIST (or the built-in digits) in about three minutes on two cores"),
            ("qdiff train --preset full --device cuda", "a longer training, circuits and networks on the first NVIDIA GPU"),
            ("qdiff train --preset quick --out runs/first", "a first look in two minutes or less"),
            ("qdiff train --resume --out runs/first", "goes on with a run that was interrupted"),
            ("qdiff train --resume --out runs/first --controls", "trains the controls of a finished run and prints them beside the model"),
            ("qdiff train --data fashion-mnist --data-dir ~/fashion --seed 7", "other pictures, another seed"),
            ("qdiff train --reupload-radius 9", "every angle depends on all ten Bloch vectors: better digits, and little left for the CNOTs to do (docs/experiments.md)"),
            ("qdiff train --noise chip.json --mitigate readout", "trains on what a noisy chip would measure, its readout errors undone by a calibration"),
            ("qdiff train --preset quick --gradient spsa --shots 1000", "trains from what a device would measure: 1000 shots in every basis"),
            ("qdiff train --model ddpm --preset quick --label-dropout 0.1", "a classical diffusion model on the same latents, which --guidance can steer (docs/baselines.md)"),
            ("qdiff train --preset quick --channel phase-flip", "the hybrid model on the noise of another channel (docs/channels.md)"),
            ("qdiff train --model cqgdm --preset quick --target moons", "classical diffusion of points in the plane, undone by a circuit (docs/cqgdm.md)"),
            ("qdiff train --model qcgdm --preset quick --channel bit-flip", "qubit states diffused by a channel, undone by a classical network (docs/qcgdm.md)"),
            ("qdiff train --model qqgdm --preset quick --ensemble cluster", "the same for two-qubit states, undone by circuits with ancillas (docs/qqgdm.md)"),
        ],
        "sample" =>
        [
            ("qdiff sample runs/first", "draws a grid of 100 images into runs/first/samples"),
            ("qdiff sample runs/first --class 7 --count 25 --out sevens.png", "25 sevens"),
            ("qdiff sample runs/first --sampler dpm++ --steps 10", "along the probability flow, in ten steps of second order"),
            ("qdiff sample runs/first --count 10000 --steps 10 --out x.npy", "an array [10000, 28, 28] for NumPy, in 10 reverse steps"),
        ],
        "evaluate" =>
        [
            ("qdiff evaluate runs/first", "scores the model again with the settings of its run"),
            ("qdiff evaluate runs/first --device cpu", "on the processor, whatever the run was trained on"),
            ("qdiff evaluate runs/first --steps 10 --temperature 1 --json", "other settings, the result as JSON"),
            ("qdiff evaluate runs/first --noise chip.json --mitigate readout", "what a model that was trained without noise draws on a noisy chip"),
        ],
        "compare" =>
        [
            ("qdiff compare --preset quick --seeds 1", "every model once at a small budget"),
            ("qdiff compare --models hybrid,ddpm --seeds 3 --out runs/marks", "the hybrid with its controls beside a classical diffusion model, three seeds"),
            ("qdiff compare --from runs/a runs/b --out runs/both", "runs that are there already"),
        ],
        "report" =>
        [
            ("qdiff report runs/first", "writes runs/first/report.html, which opens in any browser and needs no network"),
            ("qdiff report runs/first --out first.html", "the same into another file; an unfinished run shows what there is"),
        ],
        "simulate" =>
        [
            ("qdiff simulate bell.qasm", "the exact probabilities of all qubits, the most probable first"),
            ("qdiff simulate bell.qasm --shots 1000 --seed 7 --json", "counts of the classical bits as JSON"),
            ("qdiff simulate bell.qasm --statevector", "the amplitudes"),
            ("qdiff simulate bell.qasm --noise chip.json --shots 4096", "counts with a chip's noise and readout errors"),
            ("qdiff simulate ansatz.qasm --set theta=0.5 --density", "an input's value, on the density matrix"),
            ("qdiff simulate bell.qasm --device ilgpu-cpu", "through the GPU's kernels, run on the processor to debug them"),
            ("qdiff simulate - < bell.qasm", "reads standard input"),
        ],
        "export" =>
        [
            ("qdiff export runs/first --timestep 25 --out c.qasm", "the circuit of sample 0 half way through 50 steps"),
            ("qdiff export runs/first --timestep 50 --sample 12 --class 7 --seed 3", "another sample, to standard output"),
        ],
        "bench" =>
        [
            ("qdiff bench throughput", "circuits per second, with the share of the machine's peak"),
            ("qdiff bench throughput --qubits 12 --explain", "the same for 12 qubits, with the operations and bytes of the plan"),
            ("qdiff bench gradient --precision double --json", "gradients per second in double precision, as one line of JSON"),
            ("qdiff bench density --qubits 8 --batch 4", "four density matrices of 8 qubits at once"),
            ("qdiff bench scaling --qubits 2..16 --csv --plot scaling.svg", "time against the number of qubits, as a table for spreadsheets and as a picture"),
            ("qdiff bench training --threads 1 --explain", "tensor work on one thread, with its operations and bytes"),
            ("qdiff bench trajectories --batch 512", "512 trajectories run together"),
            ("qdiff bench gradient-variance --picture variance.svg", "how much shift gradients vary, 100 to 10,000 shots, with shared and unshared random numbers"),
            ("qdiff bench coherent-batching --json", "what one execution for all noise levels saves, as JSON"),
        ],
        "devices" =>
        [
            ("qdiff devices", "what this machine and this build can compute on"),
            ("qdiff devices --json", "the same for programs"),
        ],
        _ =>
        [
            ("qdiff train --preset quick", "trains a small model in two minutes or less and shows what it draws"),
            ("qdiff sample runs/first --count 25 --out digits.png", "draws 25 images from a run"),
            ("qdiff train --help", "everything that train understands"),
        ],
    };
}
