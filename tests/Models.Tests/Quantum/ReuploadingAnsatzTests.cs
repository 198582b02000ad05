using QDiff.Models.Quantum;

namespace QDiff.Models.Tests.Quantum;

public sealed class ReuploadingAnsatzTests
{
    [Theory]
    [InlineData(Entangler.Chain, 126)]
    [InlineData(Entangler.Staircase, 126)]
    [InlineData(Entangler.None, 0)]
    public void Circuit_TenQubitsFifteenLayers_HasItsGates(Entangler entangler, int cnots)
    {
        var ansatz = new ReuploadingAnsatz(10, 15, entangler);
        Assert.Equal(300, ansatz.AngleCount);
        Assert.Equal(300, ansatz.Circuit.InputCount);
        Assert.Equal(300 + cnots, ansatz.Circuit.Operations.Length);
        Assert.Equal(111, ReuploadingAnsatz.LocalPaulis(10).Count);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(17, 3)]
    [InlineData(4, 0)]
    public void Constructor_SizeOutOfRange_IsRefused(int qubits, int layers)
        => Assert.Throws<ArgumentOutOfRangeException>(() => new ReuploadingAnsatz(qubits, layers, Entangler.Chain));
}
