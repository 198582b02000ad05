using QDiff.Engine.Observables;

namespace QDiff.Engine.Tests.Observables;

public class PauliStringTests
{
    [Theory]
    [InlineData("X0 Z3", "X0 Z3", 2)]
    [InlineData("  Y2   X0 ", "X0 Y2", 2)]
    [InlineData("I", "I", 0)]
    [InlineData("", "I", 0)]
    [InlineData("I4 Z29", "Z29", 1)]
    public void Parse_Text_ReadsFactorsAndPrintsThemInOrder(string text, string printed, int weight)
    {
        var pauli = PauliString.Parse(text);
        Assert.Equal(printed, pauli.ToString());
        Assert.Equal(weight, pauli.Weight);
        Assert.Equal(pauli, PauliString.Parse(printed));
    }

    [Fact]
    public void Masks_AndFactors_SayTheSame()
    {
        var pauli = PauliString.From((5, Pauli.Y), (1, Pauli.X), (3, Pauli.Z), (2, Pauli.I));
        Assert.Equal((0b100010, 0b101000, 0b101010), (pauli.XMask, pauli.ZMask, pauli.Support));
        Assert.Equal([(1, Pauli.X), (3, Pauli.Z), (5, Pauli.Y)], pauli.Factors.ToArray());
        Assert.Equal(Pauli.I, pauli[2]);
        Assert.Equal(Pauli.Y, pauli[5]);
    }

    [Fact]
    public void Equality_IsThatOfTheOperator()
    {
        Assert.Equal(PauliString.Pair(Pauli.X, 0, Pauli.Z, 1), PauliString.Pair(Pauli.Z, 1, Pauli.X, 0));
        Assert.Equal(PauliString.X(0).GetHashCode(), PauliString.Parse("X0").GetHashCode());
        Assert.Equal(PauliString.Identity, PauliString.From());
        Assert.NotEqual(PauliString.X(0), PauliString.Y(0));
        Assert.NotEqual(PauliString.Z(0), PauliString.Z(1));
        Assert.False(PauliString.X(0).Equals((object?)null));
    }

    [Fact]
    public void BadInput_IsRefused_WithRangeAndValue()
    {
        Refusal.Says("A Pauli factor's qubit is in 0-29; got 30.", () => PauliString.X(30));
        Refusal.Says("A Pauli factor's qubit is in 0-29; got -1.", () => PauliString.Z(-1));
        Refusal.Says("A Pauli factor is I, X, Y or Z; got 9.", () => PauliString.From((0, (Pauli)9)));
        Refusal.Says("A Pauli string has one factor for each qubit; got qubit 3 twice.", () => PauliString.Parse("X3 Z3"));
        foreach (var text in new[] { "Q1", "X", "X-1", "3", "x0", "X0Z1" })
        {
            Refusal.Says<FormatException>(
                $"'{text}' in '{text}' is not a Pauli factor; write a letter I, X, Y or Z and a qubit, as in \"X0 Z3\".", () => PauliString.Parse(text));
        }
    }
}
