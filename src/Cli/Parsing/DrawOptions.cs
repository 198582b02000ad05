using System.CommandLine;
using QDiff.Models.Training;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Parsing;

/// <summary>The options that say how images are drawn from a trained run; what is not given comes from the run.</summary>
internal sealed class DrawOptions
{
    private readonly Option<ulong?> _seed = CommandOptions.Seed("--seed", "Seed of the draw. Default: the run's.");
    private readonly Option<int?> _steps;
    private readonly Option<double?> _temperature;

    public DrawOptions()
    {
        (double low, double high) = RunConfig.RangeOf("--steps");
        _steps = CommandOptions.Whole("--steps", "Reverse steps (fewer are faster), at most the run's --diffusion-steps", (int)low, (int)high, "the run's");
        (low, high) = RunConfig.RangeOf("--temperature");
        _temperature = CommandOptions.Number(
            "--temperature", "Inverse temperature (higher: cleaner and less varied)", low, high, "the run's");
    }

    /// <summary>--steps, --temperature and --seed.</summary>
    public IEnumerable<Option> All => [_steps, _temperature, _seed];

    /// <summary>What was typed, completed by the run's settings.</summary>
    /// <exception cref="CommandLineException">The run has fewer steps.</exception>
    public (int Steps, double Temperature, ulong Seed) Of(ParseResult parse, RunConfig run)
    {
        int steps = parse.GetValue(_steps) ?? run.SamplingSteps;
        if (steps > run.DiffusionSteps)
        {
            throw new CommandLineException(Invariant($"'{_steps.Name}' must be 1 to {run.DiffusionSteps} for this run, whose noise process has that many steps; got {steps}."));
        }

        return (steps, parse.GetValue(_temperature) ?? run.Temperature, parse.GetValue(_seed) ?? run.Seed);
    }
}
