using System.CommandLine;
using System.Globalization;
using QDiff.Models.Quantum;
using QDiff.Models.Training;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Parsing;

/// <summary>The options that say what noise a circuit runs under and what is done against it.</summary>
internal sealed class NoiseOptions
{
    private readonly Option<string?> _file = CommandOptions.Path(
        "--noise", "FILE.json", "Run the circuit under this noise, in training and afterwards: a noise model or a chip's profile (docs/noise.md). A run keeps a copy of it.");

    private readonly RunOption[] _entries =
    [
        RunOption.Of(
            CommandOptions.Choice<Mitigation>("--mitigate", "With --noise: calibrate the readout and undo its errors in every measured value, or leave them."),
            c => c.Mitigate, (c, v) => c with { Mitigate = v }, CommandOptions.NameOf),
        RunOption.Of(
            CommandOptions.Whole(
                "--trajectories", "With --noise: runs with errors of their own that every measured value is the mean of",
                (int)RunConfig.RangeOf("--trajectories").Low, (int)RunConfig.RangeOf("--trajectories").High),
            c => c.Trajectories, (c, v) => c with { Trajectories = v },
            v => v == 0 ? Invariant($"{RunConfig.UsualTrajectories} with --noise") : v.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>--noise, --mitigate and --trajectories.</summary>
    public IEnumerable<Option> All => [_file, .. _entries.Select(e => e.Option)];

    /// <summary>A configuration with what was typed.</summary>
    /// <exception cref="Models.UserErrorException">The file cannot be used.</exception>
    public RunConfig Apply(ParseResult parse, RunConfig config)
    {
        if (parse.GetValue(_file) is { } file)
        {
            config = config with
            {
                Noise = NoiseSettings.Read(file), Trajectories = config.Trajectories == 0 ? RunConfig.UsualTrajectories : config.Trajectories,
            };
        }

        return _entries.Aggregate(config, (c, entry) => entry.Apply(c, parse));
    }

    /// <summary>The words by which the command line asks for the noise of a run; none where there is none.</summary>
    public IEnumerable<string> Command(RunConfig run) => run.Noise is null ? [] :
    [
        $"{_file.Name} {(run.Noise.File.Contains(' ', StringComparison.Ordinal) ? $"'{run.Noise.File}'" : run.Noise.File)}",
        .. _entries.Select(entry => $"{entry.Option.Name} {entry.Show(run)}"),
    ];

    /// <summary>Checks that what was typed agrees with a run that is to go on.</summary>
    /// <exception cref="CommandLineException">It does not; the message names both values.</exception>
    public void RefuseContradictions(ParseResult parse, RunConfig run, string folder)
    {
        if (parse.GetValue(_file) is { } file && NoiseSettings.Read(file).Sha256 != run.Noise?.Sha256)
        {
            throw RunOptions.Contradiction(_file.Name, file, run.Noise is { } own ? $"the noise of '{own.File}'" : "no noise", folder);
        }

        foreach (RunOption entry in _entries.Where(e => e.IsGiven(parse)))
        {
            entry.RefuseContradiction(parse, run, folder);
        }
    }
}
