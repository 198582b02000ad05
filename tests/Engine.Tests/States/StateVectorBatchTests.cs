using System.Numerics;
using QDiff.Engine.States;

namespace QDiff.Engine.Tests.States;

public abstract class StateVectorBatchTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Fact]
    public void Zero_EveryState_IsTheFirstBasisState()
    {
        using var states = StateVectorBatch<T>.Zero(3, 4);
        Assert.Equal((3, 4, 16L), (states.Batch, states.QubitCount, states.Dimension));
        for (var sample = 0; sample < 3; sample++)
        {
            Assert.Equal(T.One, states.Real(sample)[0]);
            Assert.Equal(-1, states.Real(sample)[1..].IndexOfAnyExcept(T.Zero));
            Assert.Equal(-1, states.Imaginary(sample).IndexOfAnyExcept(T.Zero));
        }
    }

    [Fact]
    public unsafe void Memory_OfEveryPlane_IsAlignedTo64Bytes()
    {
        using var states = StateVectorBatch<T>.Zero(2, 5);
        fixed (T* real = states.Real(0), imaginary = states.Imaginary(0))
        {
            Assert.Equal(0, (long)real % 64);
            Assert.Equal(0, (long)imaginary % 64);
        }
    }

    [Fact]
    public void FromComplex_Amplitudes_AreKept()
    {
        using var one = StateVectorBatch<T>.FromComplex([new Complex(0.5, -0.25), 2, 0, 4]);
        Assert.Equal((1, 2), (one.Batch, one.QubitCount));
        Assert.Equal(new Complex(0.5, -0.25), one.Amplitude(0, 0));

        using var two = StateVectorBatch<T>.FromComplex(new Complex[,] { { 1, 2 }, { 3, new(0, 4) } });
        Assert.Equal(new Complex(0, 4), two.Amplitude(1, 1));
        Assert.Equal(5, two.Norm(1), Tolerances.ClosedForm);
    }

    [Fact]
    public void Random_SameSeed_IsNormalisedAndIndependentOfTheBatch()
    {
        using var many = StateVectorBatch<T>.Random(5, 6, 3);
        using var few = StateVectorBatch<T>.Random(2, 6, 3);
        using var other = StateVectorBatch<T>.Random(2, 6, 4);
        for (var sample = 0; sample < 5; sample++)
        {
            Assert.Equal(1, many.Norm(sample), Tolerances.NormSingle);
        }

        Comparison.AssertSameBits<T>(few.Real(1), many.Real(1), "same seed");
        Comparison.AssertSameBits<T>(few.Imaginary(1), many.Imaginary(1), "same seed");
        Assert.NotEqual(few.Amplitude(1, 0), other.Amplitude(1, 0));
        Assert.NotEqual(few.Amplitude(1, 0), few.Amplitude(0, 0));
    }

    [Fact]
    public void Clone_AndCopyTo_HaveTheirOwnMemory()
    {
        using var states = StateVectorBatch<T>.Random(2, 3, 1);
        using var clone = states.Clone();
        Comparison.AssertSameBits<T>(states.Real(1), clone.Real(1), "clone");
        Comparison.AssertSameBits<T>(states.Imaginary(1), clone.Imaginary(1), "clone");
        var kept = clone.Amplitude(1, 5);
        states.Real(1)[5] = T.Zero;
        Assert.Equal(kept, clone.Amplitude(1, 5));
        clone.CopyTo(states);
        Assert.Equal(kept, states.Amplitude(1, 5));
    }

    [Fact]
    public void Normalize_States_HaveNormOne()
    {
        using var states = StateVectorBatch<T>.FromComplex(new Complex[,] { { 3, new(0, 4) }, { 1, 1 } });
        states.Normalize();
        Assert.Equal(1, states.Norm(0), Tolerances.NormSingle);
        Assert.Equal(0.6, states.Amplitude(0, 0).Real, Tolerances.NormSingle);
        Assert.Equal(1, states.Norm(1), Tolerances.NormSingle);
    }

    [Fact]
    public void BadInput_IsRefused_WithRangeAndValue()
    {
        Refusal.Says("A batch has at least 1 sample; got 0.", () => StateVectorBatch<T>.Zero(0, 3));
        Refusal.Says("A register has 1-30 qubits; got 31.", () => StateVectorBatch<T>.Zero(1, 31));
        Refusal.Says("A state has 2^n amplitudes with n in 1-30; got 3.", () => StateVectorBatch<T>.FromComplex([1, 0, 0]));
        Refusal.Says("Amplitude 1 of sample 0 must be finite; got", () => StateVectorBatch<T>.FromComplex([1, double.NaN]));
        var error = Assert.Throws<OutOfMemoryException>(() => StateVectorBatch<T>.Zero(1 << 20, 30));
        Assert.Matches(@"^[\d,]+ bytes are needed and cannot be had \([\d,]+ in all\); use fewer qubits, a smaller batch or single precision\.$", error.Message);

        using var states = StateVectorBatch<T>.Zero(2, 3);
        using var other = StateVectorBatch<T>.Zero(2, 4);
        Refusal.Says("Sample 2 is outside this batch of 2 (valid: 0-1).", () => states.Real(2));
        Refusal.Says("Sample -1 is outside this batch of 2 (valid: 0-1).", () => states.Imaginary(-1));
        Refusal.Says("Amplitude 8 is outside this state of 8 amplitudes.", () => states.Amplitude(0, 8));
        Refusal.Says("The destination must hold 2 states of 3 qubits; it holds 2 of 4.", () => states.CopyTo(other));
        states.Real(1).Clear();
        Refusal.Says<InvalidOperationException>("State 1 cannot be normalised: its norm is 0.", states.Normalize);

        states.Dispose();
        states.Dispose();
        Assert.Throws<ObjectDisposedException>(() => states.Real(0).Length);
    }
}

public class StateVectorBatchSingleTests : StateVectorBatchTests<float>;

public class StateVectorBatchDoubleTests : StateVectorBatchTests<double>
{
    [Fact]
    public void OtherNumberTypes_AreRefused() =>
        Refusal.Says<NotSupportedException>("States are of type float or double; got Half.", () => StateVectorBatch<Half>.Zero(1, 1));
}
