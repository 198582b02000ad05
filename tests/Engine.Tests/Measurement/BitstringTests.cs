using QDiff.Engine.Measurement;

namespace QDiff.Engine.Tests.Measurement;

public class BitstringTests
{
    [Theory]
    [InlineData(0, 1, "0")]
    [InlineData(1, 3, "001")]
    [InlineData(4, 3, "100")]
    [InlineData(0b0111, 4, "0111")]
    [InlineData((1 << 30) - 1, 30, "111111111111111111111111111111")]
    public void Format_Index_HasQubitZeroRightmost_AndParseReadsItBack(int index, int qubits, string text)
    {
        Assert.Equal(text, Bitstring.Format(index, qubits));
        Assert.Equal(index, Bitstring.Parse(text));
    }

    [Fact]
    public void BadInput_IsRefused_WithRangeAndValue()
    {
        Refusal.Says("Basis state 8 is outside this 3-qubit register (valid: 0-7).", () => Bitstring.Format(8, 3));
        Refusal.Says("Basis state -1 is outside this 3-qubit register (valid: 0-7).", () => Bitstring.Format(-1, 3));
        Refusal.Says("A register has 1-30 qubits; got 31.", () => Bitstring.Format(0, 31));
        Refusal.Says<FormatException>("A bitstring has 1-30 characters 0 or 1; got '01a'.", () => Bitstring.Parse("01a"));
        Refusal.Says<FormatException>("A bitstring has 1-30 characters 0 or 1; got ''.", () => Bitstring.Parse(""));
    }
}
