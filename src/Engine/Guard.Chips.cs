using System.Collections.Immutable;
using QDiff.Engine.Chips;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Programs;

namespace QDiff.Engine;

internal static partial class Guard
{
    public static void ChipQubits(ChipProfile profile, ImmutableArray<int> qubits)
    {
        QubitCount(qubits.Length);
        foreach (int qubit in qubits)
        {
            if (!profile.Qubits.ContainsKey(qubit))
            {
                throw new ArgumentException($"'{profile.Name}' has no qubit {qubit} in use; it has {string.Join(", ", profile.Qubits.Keys)}.", nameof(qubits));
            }
        }

        if (qubits.Distinct().Count() != qubits.Length)
        {
            throw new ArgumentException($"A program is placed on different qubits; got {string.Join(", ", qubits)}.", nameof(qubits));
        }
    }

    public static ArgumentException NoCzCost(GateDefinition gate) =>
        new($"There is no known number of CZ gates for '{gate.Name}', a unitary on {gate.Arity} qubits; write it as gates on 1 and 2 qubits.", nameof(gate));

    public static ArgumentException NoLine(ChipProfile profile, int length, int longest) =>
        new($"'{profile.Name}' has no line of {length} coupled qubits; the longest has {longest}.", nameof(length));

    public static ChipCoupling ChipCoupling(ChipProfile profile, ImmutableArray<int> qubits, Operation operation) =>
        (operation.Qubits.Length == 2 ? profile.Coupling(qubits[operation.Qubits[0]], qubits[operation.Qubits[1]]) : null)
        ?? throw new ArgumentException(
            $"'{profile.Name}' has no gate for {operation} on its qubits {string.Join(", ", operation.Qubits.Select(qubit => qubits[qubit]))}: route the circuit first.",
            nameof(operation));

    public static void RouterCouplings(int positions, ImmutableArray<(int First, int Second)> couplings)
    {
        QubitCount(positions);
        foreach (var (first, second) in couplings)
        {
            Qubit(first, positions);
            Qubit(second, positions);
            if (first == second)
            {
                throw new ArgumentException($"A position is not coupled to itself; got {first}-{second}.", nameof(couplings));
            }
        }
    }

    public static void RoutedRegister(int qubits, int positions)
    {
        if (qubits > positions)
        {
            throw new ArgumentException($"A program of {qubits} qubits does not fit on {positions}.", nameof(qubits));
        }
    }

    public static void Routable(ImmutableArray<Instruction> instructions)
    {
        foreach (Instruction instruction in instructions)
        {
            switch (instruction)
            {
                case GateInstruction { Operation: { Qubits.Length: > 2 } operation }:
                    throw NoCzCost(operation.Gate);
                case ChannelInstruction { Qubits.Length: > 1 } channel:
                    throw new ArgumentException(
                        $"'{channel.Channel.Name}' on {channel.Qubits.Length} qubits cannot be routed; route the circuit first and put noise in afterwards.",
                        nameof(instructions));
                case IfInstruction block:
                    Routable(block.Then);
                    Routable(block.Else);
                    break;
            }
        }
    }

    public static void Connected(Operation operation, int distance, int positions)
    {
        if (distance >= positions)
        {
            throw new ArgumentException($"No couplings connect the places of the qubits of {operation}; choose qubits of one connected part.", nameof(operation));
        }
    }
}
