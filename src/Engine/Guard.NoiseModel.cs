using System.Collections.Immutable;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;
using QDiff.Engine.Programs;

namespace QDiff.Engine;

internal static partial class Guard
{
    /// <summary>The number of qubits of the gates of a rule.</summary>
    public static int RuleGates(ImmutableArray<GateDefinition> gates, ImmutableArray<NoiseStep> steps)
    {
        if (gates.IsEmpty)
        {
            throw new ArgumentException("A noise rule names at least one gate; use AfterEveryGate for all of them.", nameof(gates));
        }

        int arity = gates[0].Arity;
        if (gates.FirstOrDefault(gate => gate.Arity != arity) is { } other)
        {
            throw new ArgumentException(
                $"The gates of a noise rule have the same number of qubits; '{gates[0].Name}' has {arity} and '{other.Name}' {other.Arity}: write a rule for each.",
                nameof(gates));
        }

        RuleArity(arity, steps);
        return arity;
    }

    public static void RuleArity(int arity, ImmutableArray<NoiseStep> steps)
    {
        if (arity is < 1 or > 3)
        {
            throw new ArgumentOutOfRangeException(nameof(arity), $"Gates act on 1-3 qubits; got a noise rule for {arity}.");
        }

        foreach (NoiseStep step in steps)
        {
            int qubits = step.Channel.QubitCount;
            if (step.Each && qubits != 1)
            {
                throw new ArgumentException(
                    $"A channel for each qubit of a gate acts on 1 qubit; '{step.Channel.Name}' acts on {qubits}.", nameof(steps));
            }

            if (!step.Each && qubits != arity)
            {
                throw new ArgumentException(
                    $"'{step.Channel.Name}' acts on {qubits} qubit(s) and the noise rule on {arity}{(qubits == 1 ? ": ask for it on each qubit" : "")}.", nameof(steps));
            }
        }
    }

    public static void RuleQubits(int arity, ImmutableArray<int> qubits)
    {
        if (qubits.Length != arity || qubits.Distinct().Count() != arity)
        {
            throw new ArgumentException($"This noise rule is for {arity} different qubit(s); got {string.Join(", ", qubits)}.", nameof(qubits));
        }

        foreach (int qubit in qubits)
        {
            Qubit(qubit, MaximumQubits);
        }
    }

    public static void NoiseModel(NoiseModel model)
    {
        int register = model.QubitCount ?? MaximumQubits;
        QubitCount(register);
        foreach (int qubit in model.Rules.SelectMany(rule => rule.Qubits))
        {
            Qubit(qubit, register);
        }

        ReadoutGroups(register, model.Readout);
        if (model.OtherReadout is { QubitCount: not 1 } error)
        {
            throw new ArgumentException($"The readout error of all other qubits is on 1 qubit; got one on {error.QubitCount}.", nameof(model));
        }

        foreach (var (first, second) in model.Couplings ?? [])
        {
            Qubit(first, register);
            Qubit(second, register);
        }
    }

    public static void NoiseRegister(NoiseModel model, int qubits)
    {
        if (qubits > model.QubitCount)
        {
            throw new ArgumentException($"The noise model '{model.Name}' is for {model.QubitCount} qubit(s); the program has {qubits}.", nameof(qubits));
        }
    }

    public static void Coupled(NoiseModel model, Operation operation)
    {
        if (model.Couplings is not { } couplings || operation.Qubits.Length < 2)
        {
            return;
        }

        if (operation.Qubits.Length > 2)
        {
            throw new ArgumentException(
                $"The noise model '{model.Name}' knows gates on 1 and 2 qubits; got {operation}: route the circuit onto the chip first.", nameof(operation));
        }

        var (first, second) = (operation.Qubits[0], operation.Qubits[1]);
        if (!couplings.Contains((first, second)) && !couplings.Contains((second, first)))
        {
            throw new ArgumentException(
                $"Qubits {first} and {second} are not coupled in the noise model '{model.Name}'; got {operation}: route the circuit onto the chip first.", nameof(operation));
        }
    }

    public static void MisreadWithin(NoiseModel model, MeasureInstruction measure, int errorQubits)
    {
        if (errorQubits != 1)
        {
            throw new ArgumentException(
                $"The measurement of qubit {measure.Qubit} into bit {measure.Bit} decides what the program does next, and '{model.Name}' misreads it together with "
                + "other qubits; give the qubit a readout error of its own.",
                nameof(measure));
        }
    }

    public static void SpareQubit(NoiseModel model, MeasureInstruction measure, int qubits)
    {
        if (qubits == MaximumQubits)
        {
            throw new ArgumentException(
                $"The measurement of qubit {measure.Qubit} into bit {measure.Bit} is misread by '{model.Name}' with the help of a spare qubit, and a register has at most "
                + $"{MaximumQubits}; put a reset after the measurement, or use one qubit less.",
                nameof(measure));
        }
    }

    public static void ReadoutWithin(NoiseModel model, ReadoutGroup group, int register)
    {
        if (group.Positions.Any(qubit => qubit >= register))
        {
            throw new ArgumentException(
                $"The readout error of '{model.Name}' on qubits {string.Join(", ", group.Positions)} is correlated, so a register has all of them or none; "
                + $"got one of {register} qubit(s).",
                nameof(register));
        }
    }

    public static void CorrelatedReadout(NoiseModel model, ReadoutGroup group, ILookup<int, int> bits)
    {
        foreach (int qubit in group.Positions)
        {
            int count = bits[qubit].Count();
            if (count != 1)
            {
                throw new ArgumentException(
                    $"The readout error of '{model.Name}' on qubits {string.Join(", ", group.Positions)} is correlated, so each must be measured once at the "
                    + $"end; qubit {qubit} is measured {count} times.",
                    nameof(group));
            }
        }
    }
}
