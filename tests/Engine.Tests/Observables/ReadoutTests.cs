using QDiff.Engine.Observables;

namespace QDiff.Engine.Tests.Observables;

public class ReadoutTests
{
    [Fact]
    public void Count_IsTheNumberOfStringsOrOfBasisStates()
    {
        var readout = Readout.Expectations(PauliString.X(2), PauliString.Identity);
        Assert.Equal((2, false), (readout.Count, readout.IsBorn));
        Assert.Equal([PauliString.X(2), PauliString.Identity], readout.Strings);

        var born = Readout.BornProbabilities(10);
        Assert.Equal((1024, true), (born.Count, born.IsBorn));
        Assert.Empty(born.Strings);
    }

    [Fact]
    public void Strings_AreACopyOfTheList()
    {
        var list = new List<PauliString> { PauliString.X(0) };
        var readout = Readout.Expectations(list);
        list.Add(PauliString.Y(0));
        Assert.Single(readout.Strings);
    }

    [Fact]
    public void BadInput_IsRefused()
    {
        Refusal.Says("A readout needs at least one Pauli string; got none.", () => Readout.Expectations());
        Refusal.Says("A register has 1-30 qubits; got 0.", () => Readout.BornProbabilities(0));
    }
}
