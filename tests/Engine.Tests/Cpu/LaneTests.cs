using System.Numerics;
using QDiff.Engine.Cpu;

namespace QDiff.Engine.Tests.Cpu;

/// <summary>Every lane type does what a single number does, in each of its lanes.</summary>
public sealed class LaneTests
{
    public static TheoryData<LaneWidth, bool> Kinds()
    {
        var kinds = new TheoryData<LaneWidth, bool>();
        foreach (var width in Enum.GetValues<LaneWidth>().Where(w => w <= CpuBackend.Widest))
        {
            kinds.Add(width, false);
            kinds.Add(width, true);
        }

        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Arithmetic_OfEveryLane_IsThatOfTheNumbers(LaneWidth width, bool inDouble) => Checks(width, inDouble).Arithmetic();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TransposerInAndOut_OfFullAndRaggedTiles_MoveValidRowsAndZeroTheRest(LaneWidth width, bool inDouble)
    {
        foreach (int missing in new[] { 0, 1, 5 })
        {
            Checks(width, inDouble).InAndOut(missing);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TransposerSquare_OfScatteredRows_ExchangesRowAndLane(LaneWidth width, bool inDouble) => Checks(width, inDouble).Square();

    private static ILaneChecks Checks(LaneWidth width, bool inDouble) => (width, inDouble) switch
    {
        (LaneWidth.Bits512, false) => new LaneChecks<Lane512Single, float>(),
        (LaneWidth.Bits512, true) => new LaneChecks<Lane512Double, double>(),
        (LaneWidth.Bits256, false) => new LaneChecks<Lane256Single, float>(),
        (LaneWidth.Bits256, true) => new LaneChecks<Lane256Double, double>(),
        (LaneWidth.Bits128, false) => new LaneChecks<Lane128Single, float>(),
        (LaneWidth.Bits128, true) => new LaneChecks<Lane128Double, double>(),
        (_, false) => new LaneChecks<LaneScalar<float>, float>(),
        (_, true) => new LaneChecks<LaneScalar<double>, double>(),
    };
}

internal interface ILaneChecks
{
    void Arithmetic();

    void InAndOut(int missing);

    void Square();
}

internal sealed unsafe class LaneChecks<TLane, T> : ILaneChecks
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static T[] Numbers(int seed, double range)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, TLane.Count).Select(_ => T.CreateChecked(range * (2 * random.NextDouble() - 1)))];
    }

    private static TLane Load(T[] values)
    {
        fixed (T* pointer = values)
        {
            return TLane.Load(pointer);
        }
    }

    private static T[] Store(TLane lane)
    {
        var values = new T[TLane.Count];
        fixed (T* pointer = values)
        {
            lane.Store(pointer);
        }

        return values;
    }

    public void Arithmetic()
    {
        T[] a = Numbers(1, 10), b = Numbers(2, 10), c = Numbers(3, 10);
        TLane x = Load(a), y = Load(b), z = Load(c);
        Assert.Equal(a.Zip(b, (p, q) => p + q), Store(x + y));
        Assert.Equal(a.Zip(b, (p, q) => p - q), Store(x - y));
        Assert.Equal(a.Zip(b, (p, q) => p * q), Store(x * y));
        Assert.Equal(a.Zip(b, (p, q) => p / q), Store(x / y));
        Assert.Equal(a.Select(p => -p), Store(-x));
        Assert.Equal(a.Select((p, i) => T.FusedMultiplyAdd(p, b[i], c[i])), Store(TLane.Fma(x, y, z)));
        Assert.Equal(a.Select((p, i) => T.FusedMultiplyAdd(-p, b[i], c[i])), Store(TLane.NegFma(x, y, z)));
        Assert.Equal(a.Select(p => p < T.Zero ? -T.One : T.One), Store(TLane.SignOf(x)));
        Assert.Equal(Enumerable.Repeat(T.CreateChecked(1.5), TLane.Count), Store(TLane.Broadcast(T.CreateChecked(1.5))));
        Assert.Equal(Enumerable.Repeat(T.Zero, TLane.Count), Store(TLane.Zero));
    }

    public void InAndOut(int missing)
    {
        int rows = Math.Max(1, TLane.Count - missing), columns = 2 * TLane.Count + 3;
        var random = new Random(5);
        var source = new T[rows * columns];
        for (int i = 0; i < source.Length; i++)
        {
            source[i] = T.CreateChecked(random.NextDouble());
        }

        var lanes = new T[columns * TLane.Count];
        var back = new T[rows * columns];
        fixed (T* from = source, to = lanes, again = back)
        {
            Transposer<TLane, T>.In(from, columns, rows, columns, to, TLane.Count);
            Transposer<TLane, T>.Out(to, TLane.Count, again, columns, rows, columns);
        }

        for (int k = 0; k < columns; k++)
        {
            for (int s = 0; s < TLane.Count; s++)
            {
                Assert.Equal(s < rows ? source[s * columns + k] : T.Zero, lanes[k * TLane.Count + s]);
            }
        }

        Assert.Equal(source, back);
    }

    public void Square()
    {
        int n = TLane.Count;
        var values = new T[2 * n * n];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = T.CreateChecked(i);
        }

        fixed (T* memory = values)
        {
            T** rows = stackalloc T*[n];
            for (int r = 0; r < n; r++)
            {
                rows[r] = memory + (n - 1 - r) * 2 * n;
            }

            Transposer<TLane, T>.Square(rows, n);
            for (int r = 0; r < n; r++)
            {
                for (int c = 0; c < n; c++)
                {
                    Assert.Equal(T.CreateChecked((n - 1 - r) * 2 * n + c), rows[r][c]);
                    Assert.Equal(T.CreateChecked((n - 1 - c) * 2 * n + n + r), rows[r][n + c]);
                }
            }
        }
    }
}
