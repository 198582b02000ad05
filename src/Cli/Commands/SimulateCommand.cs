using System.CommandLine;
using System.Numerics;
using QDiff.Cli.Commands.Simulation;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Engine.Backends;
using QDiff.Engine.Chips;
using QDiff.Engine.OpenQasm;
using QDiff.Engine.Programs;
using QDiff.Engine.States;
using QDiff.Models;
using QDiff.Models.Training;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Commands;

/// <summary><c>qdiff simulate</c>: runs an OpenQASM file and prints probabilities, counts or amplitudes.</summary>
internal sealed class SimulateCommand
{
    private const string Float = "float";
    private const int MostShots = 1 << 25;
    private const int MostTrajectories = 100_000_000;

    private readonly Argument<string> _file = CommandOptions.RequiredPath(
        "FILE", "FILE.qasm", "An OpenQASM 2.0 or 3 file (docs/qasm.md says what is read); - reads standard input.");

    private readonly Option<int?> _shots = CommandOptions.Whole(
        "--shots", "Print counts of so many shots, of the classical bits or, where nothing is measured, of all qubits", 1, MostShots, "probabilities of all qubits");

    private readonly Option<ulong?> _seed = CommandOptions.Seed("--seed", "Seed of shots and trajectories. Default: 0.");
    private readonly Option<string?> _noise = CommandOptions.Path(
        "--noise", "FILE.json", "A noise model or a chip's profile (docs/noise.md); on a chip the circuit is routed onto its best line.");

    private readonly Option<bool> _density = CommandOptions.Switch(
        "--density", $"Compute on the density matrix, up to 12 qubits. Default: with noise, or with measurements and resets before the end, up to {ProgramSimulation<float>.ExactQubits} qubits.");

    private readonly Option<int?> _trajectories = CommandOptions.Whole(
        "--trajectories", "Probabilities as the mean over so many Monte-Carlo trajectories", 1, MostTrajectories,
        Invariant($"{ProgramSimulation<float>.DefaultTrajectories} where the density matrix is too large, or there are conditions"));

    private readonly Option<string?> _precision = CommandOptions.Word("--precision", "Precision of the states. Default: double.", Float, "double");
    private readonly Option<bool> _statevector = CommandOptions.Switch(
        "--statevector", "Print the amplitudes before the final measurements, [[re, im], …] in index order (qubit 0 least significant).");

    private readonly Option<string[]> _set = new("--set") { HelpName = "NAME=VALUE", Description = "The value of an 'input' of the file; may be given several times." };
    private readonly CommandLineDevice _device = new();
    private readonly Option<bool> _json = CommandOptions.Switch("--json", "Print one line of JSON.");
    private readonly Terminal _terminal;

    private SimulateCommand(Terminal terminal) => _terminal = terminal;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var simulate = new SimulateCommand(terminal);
        var command = new Command("simulate", "Runs an OpenQASM file: exact probabilities of all qubits, counts with --shots, or amplitudes with --statevector.")
        {
            simulate._file, simulate._shots, simulate._seed, simulate._noise, simulate._density, simulate._trajectories, simulate._precision,
            simulate._statevector, simulate._set, simulate._json,
        };
        foreach (Option option in simulate._device.All)
        {
            command.Add(option);
        }

        command.SetAction(simulate.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        RefuseContradictions(parse);
        OpenQasmFile file = QasmInput.Read(parse.GetValue(_file)!, QasmInput.Values(parse.GetValue(_set) ?? []));
        NoiseFile? noise = parse.GetValue(_noise) is { } path ? NoiseSettings.Read(path).Parse() : null;
        using IBackend backend = _device.Open(parse, _terminal).Backend;
        try
        {
            if (parse.GetValue(_precision) == Float)
            {
                Simulate<float>(parse, backend, file.Program, noise);
            }
            else
            {
                Simulate<double>(parse, backend, file.Program, noise);
            }
        }
        catch (OutOfMemoryException e)
        {
            throw new UserErrorException(Invariant($"{file.Program.QubitCount} qubits do not fit the memory of this machine: {FirstLine(e.Message)}"), e);
        }

        return ExitCode.Done;
    }

    private void RefuseContradictions(ParseResult parse)
    {
        (string Name, bool IsGiven)[] kinds =
        [
            (_shots.Name, parse.GetValue(_shots) is not null), (_statevector.Name, parse.GetValue(_statevector)),
            (_trajectories.Name, parse.GetValue(_trajectories) is not null),
        ];
        string[] given = [.. kinds.Where(kind => kind.IsGiven).Select(kind => kind.Name)];
        if (given.Length > 1)
        {
            throw new CommandLineException($"'{given[0]}' and '{given[1]}' ask for different results; give one of them.");
        }

        if (parse.GetValue(_density) && given is [var other] && other != _shots.Name)
        {
            throw new CommandLineException($"'{_density.Name}' and '{other}' contradict each other; give one of them.");
        }
    }

    private void Simulate<T>(ParseResult parse, IBackend backend, QuantumProgram program, NoiseFile? noise)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ulong seed = parse.GetValue(_seed) ?? 0;
        bool json = parse.GetValue(_json);
        if (parse.GetValue(_shots) is { } shots)
        {
            // Where nothing is measured, all qubits are, into a last register, whose bits stand first; all other bits are 0.
            bool all = program.FinalMeasurements() is { IsEmpty: true };
            var run = new ProgramSimulation<T>(backend, all ? program.MeasureAll() : program, noise);
            WriteCost(run.Cost);
            KeyValuePair<string, int>[] counts = [.. run.Counts(parse.GetValue(_density), shots, seed).Select(count => new KeyValuePair<string, int>(
                all ? count.Key[..program.QubitCount] : SimulationText.Spaced(count.Key, program.BitRegisters), count.Value))];
            if (json)
            {
                SimulationText.WriteJson(_terminal.Out, counts);
            }
            else
            {
                SimulationText.Write(_terminal.Out, counts);
            }

            return;
        }

        var simulation = new ProgramSimulation<T>(backend, program, noise);
        if (parse.GetValue(_statevector))
        {
            using StateVectorBatch<T> amplitudes = simulation.State();
            SimulationText.WriteAmplitudes(_terminal.Out, amplitudes);
            return;
        }

        WriteCost(simulation.Cost);
        Method method = parse.GetValue(_density) ? Method.DensityMatrix
            : parse.GetValue(_trajectories) is not null ? Method.Trajectories
            : simulation.BestMethod;
        int trajectories = parse.GetValue(_trajectories) ?? ProgramSimulation<T>.DefaultTrajectories;
        if (method == Method.Trajectories && parse.GetValue(_trajectories) is null)
        {
            _terminal.Error.WriteLine(Invariant(
                $"qdiff: warning: these probabilities are a mean over {trajectories} trajectories, right to about ±{0.5 / Math.Sqrt(trajectories):0.000}; --trajectories N makes more of them."));
        }

        if (method == Method.StateVector)
        {
            using StateVectorBatch<T> state = simulation.State();
            WriteProbabilities(json, program.QubitCount, k => Square(state.Real(0)[k]) + Square(state.Imaginary(0)[k]));
        }
        else
        {
            double[] probabilities = simulation.Probabilities(method, trajectories, seed);
            WriteProbabilities(json, program.QubitCount, k => probabilities[k]);
        }
    }

    private static double Square<T>(T value)
        where T : INumberBase<T>
    {
        double number = double.CreateChecked(value);
        return number * number;
    }

    private void WriteProbabilities(bool json, int qubits, Func<int, double> probability)
    {
        if (json)
        {
            SimulationText.WriteJson(_terminal.Out, qubits, probability);
        }
        else
        {
            SimulationText.Write(_terminal.Out, qubits, probability);
        }
    }

    private void WriteCost(ChipCost? cost)
    {
        foreach (string line in cost?.Lines() ?? [])
        {
            _terminal.Error.WriteLine(line);
        }
    }
}
