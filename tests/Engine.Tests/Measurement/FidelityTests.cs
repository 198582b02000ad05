using System.Numerics;
using QDiff.Engine.Measurement;
using QDiff.Engine.States;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Measurement;

public abstract class FidelityTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 4)]
    [InlineData(17, 6)]
    public void Between_RandomStates_EqualsTheReference(int batch, int qubits)
    {
        using var first = StateVectorBatch<T>.Random(batch, qubits, 1);
        using var second = StateVectorBatch<T>.Random(batch, qubits, 2);
        var fidelities = Fidelity.Between(first, second);
        Assert.Equal(batch, fidelities.Length);
        for (var sample = 0; sample < batch; sample++)
        {
            var expected = DenseState.Fidelity(DenseState.Of(first, sample), DenseState.Of(second, sample));
            Assert.Equal(expected, fidelities[sample], Tolerances.ClosedForm);
        }
    }

    [Fact]
    public void Between_ManyAndOne_ComparesEachWithTheOne()
    {
        using var many = StateVectorBatch<T>.Random(5, 3, 1);
        using var one = StateVectorBatch<T>.Random(1, 3, 2);
        var fidelities = Fidelity.Between(many, one);
        for (var sample = 0; sample < 5; sample++)
        {
            Assert.Equal(DenseState.Fidelity(DenseState.Of(many, sample), DenseState.Of(one, 0)), fidelities[sample], Tolerances.ClosedForm);
        }
    }

    [Fact]
    public void Between_SameOrthogonalAndPhaseShifted_IsOneZeroOne()
    {
        var root = Math.Sqrt(0.5);
        using var first = StateVectorBatch<T>.FromComplex(new Complex[,] { { root, root }, { root, root }, { root, root } });
        using var second = StateVectorBatch<T>.FromComplex(
            new Complex[,] { { root, root }, { root, -root }, { new(0, root), new(0, root) } });
        var fidelities = Fidelity.Between(first, second);
        Assert.Equal(1, fidelities[0], Tolerances.NormSingle);
        Assert.Equal(0, fidelities[1], Tolerances.NormSingle);
        Assert.Equal(1, fidelities[2], Tolerances.NormSingle);
    }

    [Fact]
    public void Between_StatesThatDoNotFit_IsRefused()
    {
        using var two = StateVectorBatch<T>.Zero(2, 3);
        using var three = StateVectorBatch<T>.Zero(3, 3);
        using var wide = StateVectorBatch<T>.Zero(2, 4);
        Refusal.Says("2 state(s) are compared with as many or with one; got 3.", () => Fidelity.Between(two, three));
        Refusal.Says("States of 3 and 4 qubits have no fidelity; both registers must be the same.", () => Fidelity.Between(two, wide));
    }
}

public class FidelitySingleTests : FidelityTests<float>;

public class FidelityDoubleTests : FidelityTests<double>;
