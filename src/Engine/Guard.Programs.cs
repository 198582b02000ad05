using System.Collections.Immutable;
using QDiff.Engine.Noise;
using QDiff.Engine.Programs;

namespace QDiff.Engine;

internal static partial class Guard
{
    private const int MaximumConditionBits = 64;

    // The number of elements of registers that must follow one another without gaps.
    public static int Registers(ImmutableArray<Register> registers, string kind)
    {
        int next = 0;
        foreach (Register register in registers)
        {
            if (register.Size < 1)
            {
                throw new ArgumentOutOfRangeException(nameof(registers), $"A {kind} register has at least one element; '{register.Name}' has {register.Size}.");
            }

            if (register.First != next)
            {
                throw new ArgumentException($"Registers follow one another: '{register.Name}' must start at {kind} {next}; got {register.First}.", nameof(registers));
            }

            next = checked(next + register.Size);
        }

        return next;
    }

    public static void Bit(int bit, int count)
    {
        if (bit < 0 || bit >= count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(bit),
                count == 0 ? $"Classical bit {bit} was named, but this program has none." : $"Classical bit {bit} is outside this program's bits (valid: 0-{count - 1}).");
        }
    }

    public static void Condition(Condition condition, int bits)
    {
        if (condition.Bits.Length is < 1 or > MaximumConditionBits)
        {
            throw new ArgumentOutOfRangeException(
                nameof(condition), $"A condition reads 1-{MaximumConditionBits} classical bits; got {condition.Bits.Length}.");
        }

        foreach (int bit in condition.Bits)
        {
            Bit(bit, bits);
        }
    }

    public static void ChannelQubits(Channel channel, ReadOnlySpan<int> qubits, int register)
    {
        ArgumentNullException.ThrowIfNull(channel);
        if (qubits.Length != channel.QubitCount)
        {
            throw new ArgumentException($"'{channel.Name}' acts on {channel.QubitCount} qubit(s); got {qubits.Length}.", nameof(qubits));
        }

        for (int i = 0; i < qubits.Length; i++)
        {
            Qubit(qubits[i], register);
            if (qubits[..i].Contains(qubits[i]))
            {
                throw new ArgumentException($"'{channel.Name}' needs different qubits; got qubit {qubits[i]} twice.", nameof(qubits));
            }
        }
    }
}
