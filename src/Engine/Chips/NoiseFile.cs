using System.Collections.Immutable;
using QDiff.Engine.Files;
using QDiff.Engine.Noise;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Chips;

/// <summary>What a file for <c>--noise</c> holds: a noise model or a chip's profile, told apart by their keys. Immutable.</summary>
public sealed class NoiseFile
{
    private NoiseFile(NoiseModel? model, ChipProfile? chip)
    {
        Model = model;
        Chip = chip;
    }

    /// <summary>The noise model; null for a chip's profile.</summary>
    public NoiseModel? Model { get; }

    /// <summary>The chip's profile; null for a noise model.</summary>
    public ChipProfile? Chip { get; }

    /// <summary>Reads either format from the text of a file.</summary>
    /// <exception cref="NoiseFileException">The text is no JSON, neither format, or something in it is unknown, missing or out of range.</exception>
    public static NoiseFile Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        JsonPlace root = JsonPlace.Parse(text);
        return root.Find("format") is not null ? new NoiseFile(NoiseModelFile.Parse(root), null)
            : root.Find("profiles") is not null ? new NoiseFile(null, ChipProfile.Parse(root))
            : throw root.Refusal($"this is neither a noise model (it would have \"format\": \"{NoiseModelFile.Format}\") nor a chip's profile (it would have \"profiles\")");
    }

    /// <summary>The noise of a register: the model itself, or that of the chip's best line of so many qubits, qubit i being the line's i-th.</summary>
    /// <param name="qubits">1-30.</param>
    /// <exception cref="ArgumentException">The model is for fewer qubits, or the chip has no such line.</exception>
    public NoiseModel ModelFor(int qubits)
    {
        if (Chip is not null)
        {
            return Chip.ToNoiseModel(ChipLine.Best(Chip, qubits).Qubits);
        }

        Guard.QubitCount(qubits);
        Guard.NoiseRegister(Model!, qubits);
        return Model!;
    }

    /// <summary>
    /// A program with its noise: of a noise model by <see cref="NoiseModel.Apply"/>; on a chip routed onto the best line first, with what that costs.
    /// </summary>
    /// <param name="program">The program.</param>
    /// <param name="readsQubits">Whether it is run for its qubits' states at the end and not for its bits, as of <see cref="NoiseModel.Apply"/>.</param>
    /// <exception cref="ArgumentException">The program does not fit the model or the chip.</exception>
    public NoisyProgram Prepare(QuantumProgram program, bool readsQubits = false)
    {
        ArgumentNullException.ThrowIfNull(program);
        NoiseModel model = ModelFor(program.QubitCount);
        if (Chip is null)
        {
            return new NoisyProgram(model.Apply(program, readsQubits), model.ReadoutOf(program), [.. Enumerable.Range(0, program.QubitCount)], null);
        }

        ImmutableArray<int> line = ChipLine.Best(Chip, program.QubitCount).Qubits;
        RoutedProgram routed = new Router(line.Length, Chip.Connections(line)).Route(program);
        return new NoisyProgram(model.Apply(routed.Program, readsQubits), model.ReadoutOf(routed.Program), routed.FinalLayout, ChipCost.Of(routed.Program, Chip, line));
    }
}
