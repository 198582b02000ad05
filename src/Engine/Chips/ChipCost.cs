using System.Collections.Immutable;
using QDiff.Engine.Circuits;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Chips;

/// <summary>What a routed program costs on a chip, and what fidelity its calibration lets one expect.</summary>
/// <remarks>
/// Gates are counted as they are written, those of conditional blocks as if they ran; two-qubit gates as the CZ that they cost (<see cref="CzCost"/>, without
/// the one-qubit gates around these). <see cref="GateFidelity"/> is the product of the gates' average fidelities, the usual estimate;
/// <see cref="NoErrorProbability"/> the probability that none of the Pauli errors happens that depolarizing noise of that strength consists of.
/// </remarks>
public sealed record ChipCost
{
    private ChipCost(string chip, ImmutableArray<int> qubits)
    {
        Chip = chip;
        Qubits = qubits;
    }

    /// <summary>Name of the chip.</summary>
    public string Chip { get; }

    /// <summary>The chip's numbers of the program's qubits.</summary>
    public ImmutableArray<int> Qubits { get; }

    /// <summary>Number of one-qubit gates.</summary>
    public int OneQubitGates { get; private init; }

    /// <summary>Number of CZ gates, those of exchanges included.</summary>
    public int CzGates { get; private init; }

    /// <summary>Number of SWAP gates, 3 CZ each.</summary>
    public int Swaps { get; private init; }

    /// <summary>Number of gates one after the other on the longest way through the program, a two-qubit gate counting as its CZ gates.</summary>
    public int Depth { get; private init; }

    /// <summary>Number of CZ gates one after the other on the longest way through the program.</summary>
    public int CzDepth { get; private init; }

    /// <summary>Product of the average fidelities of the one-qubit gates.</summary>
    public double OneQubitFidelity { get; private init; }

    /// <summary>Product of the average fidelities of the CZ gates.</summary>
    public double CzFidelity { get; private init; }

    /// <summary>Product of the readout fidelities of what is measured, once for each measurement; of all qubits where nothing is.</summary>
    public double ReadoutFidelity { get; private init; }

    /// <summary>The probability that no gate has a Pauli error.</summary>
    public double NoErrorProbability { get; private init; }

    /// <summary>Estimated fidelity of the circuit: the product over all gates.</summary>
    public double GateFidelity => OneQubitFidelity * CzFidelity;

    /// <summary>Estimated fidelity of circuit and readout.</summary>
    public double TotalFidelity => GateFidelity * ReadoutFidelity;

    /// <summary>Counts what a program costs.</summary>
    /// <param name="program">Its two-qubit gates act on coupled qubits.</param>
    /// <param name="profile">The chip.</param>
    /// <param name="qubits">The chip's number of each of the program's qubits.</param>
    /// <exception cref="ArgumentException">The numbers do not fit the program or the chip, or a gate acts on qubits that are not coupled.</exception>
    public static ChipCost Of(QuantumProgram program, ChipProfile profile, ImmutableArray<int> qubits)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(profile);
        Guard.ChipQubits(profile, qubits);
        Guard.RoutedRegister(program.QubitCount, qubits.Length);
        int one = 0, cz = 0, swaps = 0;
        double oneFidelity = 1, czFidelity = 1, noError = 1, readout = 1;
        int[] depth = new int[qubits.Length], czDepth = new int[qubits.Length];
        bool measured = false;
        Count(program.Instructions);
        foreach (int qubit in measured ? [] : qubits)
        {
            readout *= profile.Qubits[qubit].ReadoutFidelity;
        }

        return new ChipCost(profile.Name, qubits)
        {
            OneQubitGates = one,
            CzGates = cz,
            Swaps = swaps,
            Depth = depth.Max(),
            CzDepth = czDepth.Max(),
            OneQubitFidelity = oneFidelity,
            CzFidelity = czFidelity,
            ReadoutFidelity = readout,
            NoErrorProbability = noError,
        };

        void Count(ImmutableArray<Instruction> instructions)
        {
            foreach (Instruction instruction in instructions)
            {
                switch (instruction)
                {
                    case GateInstruction { Operation: var operation } when operation.Gate != Gates.GateCatalog.GlobalPhase:
                        Add(operation);
                        break;
                    case MeasureInstruction measure:
                        readout *= profile.Qubits[qubits[measure.Qubit]].ReadoutFidelity;
                        measured = true;
                        break;
                    case IfInstruction block:
                        Count(block.Then);
                        Count(block.Else);
                        break;
                }
            }
        }

        void Add(Operation operation)
        {
            int count = CzCost.Of(operation.Gate);
            if (operation.Qubits.Length == 1)
            {
                ChipQubit qubit = profile.Qubits[qubits[operation.Qubits[0]]];
                one++;
                oneFidelity *= qubit.GateFidelity;
                noError *= 1 - qubit.GateNoise.ErrorProbability;
            }
            else
            {
                ChipCoupling coupling = Guard.ChipCoupling(profile, qubits, operation);
                cz += count;
                swaps += operation.Gate == Gates.GateCatalog.SWAP ? 1 : 0;
                czFidelity *= Math.Pow(coupling.Fidelity, count);
                noError *= Math.Pow(1 - coupling.GateNoise.ErrorProbability, count);
            }

            int level = operation.Qubits.Max(qubit => depth[qubit]) + Math.Max(count, 1);
            int czLevel = operation.Qubits.Max(qubit => czDepth[qubit]) + count;
            foreach (int qubit in operation.Qubits)
            {
                (depth[qubit], czDepth[qubit]) = (level, czLevel);
            }
        }
    }

    /// <summary>The figures as lines of text.</summary>
    public ImmutableArray<string> Lines() =>
    [
        $"{Chip}, qubits {string.Join("-", Qubits)}",
        $"{OneQubitGates} one-qubit gates and {CzGates} CZ ({Swaps} SWAP of 3 CZ); depth {Depth}, of CZ {CzDepth}",
        $"estimated fidelity of the circuit {Percent(GateFidelity)}: one-qubit gates {Percent(OneQubitFidelity)}, CZ {Percent(CzFidelity)}; "
            + $"no error at all {Percent(NoErrorProbability)}",
        $"readout {Percent(ReadoutFidelity)}, circuit and readout {Percent(TotalFidelity)}",
    ];

    /// <summary>The lines, one below the other.</summary>
    public override string ToString() => string.Join('\n', Lines());

    private static string Percent(double fraction) => $"{100 * fraction:G3} %";
}
