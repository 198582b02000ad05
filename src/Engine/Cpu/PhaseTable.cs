using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Cpu;

/// <summary>
/// The factors of a product diagonal Π_q e^{±iα_q} for one pass: a table over the inner qubits, the two combined phases of the local
/// qubits, and the outer qubits' phases, of which one product is taken for each outer block.
/// </summary>
internal unsafe struct PhaseTable<TLane, T>
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Vectors that a table needs: real and imaginary parts of 32 inner phases, 2 local, 30 outer ones, and 32 sums.</summary>
    public const int Vectors = 2 * (32 + 2 + 30) + 32;

    /// <summary>cos, sin for each inner group.</summary>
    public T* Inner;

    /// <summary>cos, sin of α0 + α1 and of α0 − α1.</summary>
    public T* Local;

    /// <summary>Room for one vector for each inner group.</summary>
    public T* Fold;

    private T* _outer;
    private int _outerCount;

    /// <summary>Fills a table.</summary>
    /// <param name="memory">Room for <see cref="Vectors"/> vectors.</param>
    /// <param name="pass">The pass.</param>
    /// <param name="phases">For each logical qubit: cos α, sin α.</param>
    /// <param name="commonR">Real part of a factor on all amplitudes.</param>
    /// <param name="commonI">Imaginary part of a factor on all amplitudes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(T* memory, PassGeometry pass, T** phases, TLane commonR, TLane commonI)
    {
        int n = TLane.Count;
        Inner = memory;
        Local = Inner + 64 * n;
        _outer = Local + 4 * n;
        Fold = _outer + 60 * n;
        _outerCount = pass.OuterQubits.Length;

        // Doubling: entry j of the first half, times e^{-iα} for the set bit of entry j + half and e^{iα} for the clear bit.
        commonR.Store(Inner);
        commonI.Store(Inner + n);
        for (int b = 0; b < pass.InnerQubits.Length; b++)
        {
            T* phase = phases[pass.InnerQubits[b]];
            TLane c = TLane.Load(phase), s = TLane.Load(phase + n);
            int half = 1 << b;
            for (int j = 0; j < half; j++)
            {
                T* low = Inner + (long)j * (2 * n), high = Inner + (long)(j + half) * (2 * n);
                TLane r = TLane.Load(low), i = TLane.Load(low + n);
                TLane rc = r * c, ic = i * c;
                TLane.NegFma(i, s, rc).Store(low);
                TLane.Fma(r, s, ic).Store(low + n);
                TLane.Fma(i, s, rc).Store(high);
                TLane.NegFma(r, s, ic).Store(high + n);
            }
        }

        T* first = phases[pass.LocalQubits[0]], second = phases[pass.LocalQubits[1]];
        TLane c0 = TLane.Load(first), s0 = TLane.Load(first + n), c1 = TLane.Load(second), s1 = TLane.Load(second + n);
        TLane cc = c0 * c1, ss = s0 * s1, sc = s0 * c1, cs = c0 * s1;
        (cc - ss).Store(Local);
        (sc + cs).Store(Local + n);
        (cc + ss).Store(Local + 2 * n);
        (sc - cs).Store(Local + 3 * n);

        for (int b = 0; b < _outerCount; b++)
        {
            T* phase = phases[pass.OuterQubits[b]];
            TLane.Load(phase).Store(_outer + (long)b * (2 * n));
            TLane.Load(phase + n).Store(_outer + (long)b * (2 * n) + n);
        }
    }

    /// <summary>The product of the outer qubits' phases in one outer block.</summary>
    public readonly void Outer(int outer, out TLane real, out TLane imaginary)
    {
        int n = TLane.Count;
        TLane r = TLane.Broadcast(T.One), i = TLane.Zero;
        for (int b = 0; b < _outerCount; b++)
        {
            T* phase = _outer + (long)b * (2 * n);
            TLane c = TLane.Load(phase), s = TLane.Load(phase + n);
            if (((outer >> b) & 1) != 0)
            {
                s = -s;
            }

            TLane next = TLane.NegFma(i, s, r * c);
            i = TLane.Fma(r, s, i * c);
            r = next;
        }

        real = r;
        imaginary = i;
    }
}
