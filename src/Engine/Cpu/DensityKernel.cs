using System.Runtime.CompilerServices;
using System.Numerics;
using QDiff.Engine.Density;

namespace QDiff.Engine.Cpu;

/// <summary>
/// What is done to a block of rows of 16 Pauli coefficients. Entries of matrices are rows too, so that each lane may have its own matrix.
/// </summary>
internal static unsafe class DensityKernel<TLane, T>
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Row = DensityPlan.RowLength;
    private const int MaximumSide = 64;

    /// <summary>block[r] = state[offsets[r]].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load(T* state, int* offsets, int rows, T* block)
    {
        for (int r = 0; r < rows; r++)
        {
            T* source = state + (long)offsets[r] * Row;
            for (int v = 0; v < Row; v += TLane.Count)
            {
                TLane.Load(source + v).Store(block + (long)r * Row + v);
            }
        }
    }

    /// <summary>state[offsets[r]] = block[r].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Store(T* block, int* offsets, int rows, T* state)
    {
        for (int r = 0; r < rows; r++)
        {
            T* target = state + (long)offsets[r] * Row;
            for (int v = 0; v < Row; v += TLane.Count)
            {
                TLane.Load(block + (long)r * Row + v).Store(target + v);
            }
        }
    }

    /// <summary>state[offsets[r]] = ±block[source[r]].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void StoreMoved(T* block, int* source, T* signs, int* offsets, int rows, T* state)
    {
        for (int r = 0; r < rows; r++)
        {
            T* from = block + (long)source[r] * Row;
            T* target = state + (long)offsets[r] * Row;
            TLane sign = TLane.Broadcast(signs[r]);
            for (int v = 0; v < Row; v += TLane.Count)
            {
                (TLane.Load(from + v) * sign).Store(target + v);
            }
        }
    }

    /// <summary>moved[r] = ±block[source[r]].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Move(T* block, int* source, T* signs, int rows, T* moved)
    {
        for (int r = 0; r < rows; r++)
        {
            T* from = block + (long)source[r] * Row;
            TLane sign = TLane.Broadcast(signs[r]);
            for (int v = 0; v < Row; v += TLane.Count)
            {
                (TLane.Load(from + v) * sign).Store(moved + (long)r * Row + v);
            }
        }
    }

    /// <summary>The transposed move: moved[source[r]] = ±block[offsets[r]], or of row r without offsets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MoveBack(T* block, int* offsets, int* source, T* signs, int rows, T* moved)
    {
        for (int r = 0; r < rows; r++)
        {
            T* from = block + (long)(offsets == null ? r : offsets[r]) * Row;
            T* target = moved + (long)source[r] * Row;
            TLane sign = TLane.Broadcast(signs[r]);
            for (int v = 0; v < Row; v += TLane.Count)
            {
                (TLane.Load(from + v) * sign).Store(target + v);
            }
        }
    }

    /// <summary>
    /// v ← M v for the components X, Y, Z of one qubit, in place; M or Mᵀ.
    /// </summary>
    /// <param name="block">Rows.</param>
    /// <param name="rows">Their number.</param>
    /// <param name="stride">Rows between two digits of the qubit.</param>
    /// <param name="m">[3, 3] rows.</param>
    /// <param name="transposed">Whether Mᵀ is meant.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rotate(T* block, int rows, int stride, T* m, bool transposed)
    {
        int down = transposed ? Row : 3 * Row, right = transposed ? 3 * Row : Row;
        int step = stride * Row, end = rows * Row;
        for (int v = 0; v < Row; v += TLane.Count)
        {
            T* c = m + v;
            TLane xx = TLane.Load(c), xy = TLane.Load(c + right), xz = TLane.Load(c + 2 * right);
            TLane yx = TLane.Load(c + down), yy = TLane.Load(c + down + right), yz = TLane.Load(c + down + 2 * right);
            TLane zx = TLane.Load(c + 2 * down), zy = TLane.Load(c + 2 * down + right), zz = TLane.Load(c + 2 * down + 2 * right);
            for (int high = 0; high < end; high += 4 * step)
            {
                T* stop = block + high + step + v;
                for (T* p = block + high + v; p < stop; p += Row)
                {
                    TLane x = TLane.Load(p + step), y = TLane.Load(p + 2 * step), z = TLane.Load(p + 3 * step);
                    TLane.Fma(xx, x, TLane.Fma(xy, y, xz * z)).Store(p + step);
                    TLane.Fma(yx, x, TLane.Fma(yy, y, yz * z)).Store(p + 2 * step);
                    TLane.Fma(zx, x, TLane.Fma(zy, y, zz * z)).Store(p + 3 * step);
                }
            }
        }
    }

    /// <summary>As <see cref="Rotate"/>, reading row r of the block from ±source[places[r]].</summary>
    /// <param name="source">Rows to read.</param>
    /// <param name="places">Where each row of the block lies there.</param>
    /// <param name="signs">±1 for each row; null for none.</param>
    /// <param name="block">Rows to write.</param>
    /// <param name="rows">Their number.</param>
    /// <param name="stride">Rows between two digits of the qubit.</param>
    /// <param name="m">[3, 3] rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RotateInto(T* source, int* places, T* signs, T* block, int rows, int stride, T* m)
    {
        for (int v = 0; v < Row; v += TLane.Count)
        {
            T* c = m + v;
            TLane xx = TLane.Load(c), xy = TLane.Load(c + Row), xz = TLane.Load(c + 2 * Row);
            TLane yx = TLane.Load(c + 3 * Row), yy = TLane.Load(c + 4 * Row), yz = TLane.Load(c + 5 * Row);
            TLane zx = TLane.Load(c + 6 * Row), zy = TLane.Load(c + 7 * Row), zz = TLane.Load(c + 8 * Row);
            T* own = source + v;
            for (int high = 0; high < rows; high += 4 * stride)
            {
                for (int r = high; r < high + stride; r++)
                {
                    TLane i = TLane.Load(own + (long)places[r] * Row), x = TLane.Load(own + (long)places[r + stride] * Row);
                    TLane y = TLane.Load(own + (long)places[r + 2 * stride] * Row), z = TLane.Load(own + (long)places[r + 3 * stride] * Row);
                    if (signs != null)
                    {
                        i *= TLane.Broadcast(signs[r]);
                        x *= TLane.Broadcast(signs[r + stride]);
                        y *= TLane.Broadcast(signs[r + 2 * stride]);
                        z *= TLane.Broadcast(signs[r + 3 * stride]);
                    }

                    T* p = block + (long)r * Row + v;
                    i.Store(p);
                    TLane.Fma(xx, x, TLane.Fma(xy, y, xz * z)).Store(p + (long)stride * Row);
                    TLane.Fma(yx, x, TLane.Fma(yy, y, yz * z)).Store(p + 2L * stride * Row);
                    TLane.Fma(zx, x, TLane.Fma(zy, y, zz * z)).Store(p + 3L * stride * Row);
                }
            }
        }
    }

    /// <summary>v ← M v for all four components of one qubit, in place; M or Mᵀ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Affine(T* block, int rows, int stride, T* m, bool transposed)
    {
        int down = transposed ? Row : 4 * Row, right = transposed ? 4 * Row : Row;
        int step = stride * Row, end = rows * Row;
        for (int v = 0; v < Row; v += TLane.Count)
        {
            T* c0 = m + v, c1 = c0 + down, c2 = c1 + down, c3 = c2 + down;
            TLane m00 = TLane.Load(c0), m01 = TLane.Load(c0 + right), m02 = TLane.Load(c0 + 2 * right), m03 = TLane.Load(c0 + 3 * right);
            TLane m10 = TLane.Load(c1), m11 = TLane.Load(c1 + right), m12 = TLane.Load(c1 + 2 * right), m13 = TLane.Load(c1 + 3 * right);
            TLane m20 = TLane.Load(c2), m21 = TLane.Load(c2 + right), m22 = TLane.Load(c2 + 2 * right), m23 = TLane.Load(c2 + 3 * right);
            TLane m30 = TLane.Load(c3), m31 = TLane.Load(c3 + right), m32 = TLane.Load(c3 + 2 * right), m33 = TLane.Load(c3 + 3 * right);
            for (int high = 0; high < end; high += 4 * step)
            {
                T* stop = block + high + step + v;
                for (T* p = block + high + v; p < stop; p += Row)
                {
                    TLane i = TLane.Load(p), x = TLane.Load(p + step), y = TLane.Load(p + 2 * step), z = TLane.Load(p + 3 * step);
                    TLane.Fma(m00, i, TLane.Fma(m01, x, TLane.Fma(m02, y, m03 * z))).Store(p);
                    TLane.Fma(m10, i, TLane.Fma(m11, x, TLane.Fma(m12, y, m13 * z))).Store(p + step);
                    TLane.Fma(m20, i, TLane.Fma(m21, x, TLane.Fma(m22, y, m23 * z))).Store(p + 2 * step);
                    TLane.Fma(m30, i, TLane.Fma(m31, x, TLane.Fma(m32, y, m33 * z))).Store(p + 3 * step);
                }
            }
        }
    }

    /// <summary>sums[a, b] += Σ λ_a v_b over the components X, Y, Z of one qubit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RotateSums(T* state, T* costate, int rows, int stride, T* sums)
    {
        int step = stride * Row, end = rows * Row;
        for (int v = 0; v < Row; v += TLane.Count)
        {
            T* s = sums + v;
            TLane xx = TLane.Load(s), xy = TLane.Load(s + Row), xz = TLane.Load(s + 2 * Row);
            TLane yx = TLane.Load(s + 3 * Row), yy = TLane.Load(s + 4 * Row), yz = TLane.Load(s + 5 * Row);
            TLane zx = TLane.Load(s + 6 * Row), zy = TLane.Load(s + 7 * Row), zz = TLane.Load(s + 8 * Row);
            for (int high = 0; high < end; high += 4 * step)
            {
                for (int low = high; low < high + step; low += Row)
                {
                    T* p = state + low + v;
                    T* q = costate + low + v;
                    TLane x = TLane.Load(p + step), y = TLane.Load(p + 2 * step), z = TLane.Load(p + 3 * step);
                    TLane a = TLane.Load(q + step), b = TLane.Load(q + 2 * step), c = TLane.Load(q + 3 * step);
                    xx = TLane.Fma(a, x, xx);
                    xy = TLane.Fma(a, y, xy);
                    xz = TLane.Fma(a, z, xz);
                    yx = TLane.Fma(b, x, yx);
                    yy = TLane.Fma(b, y, yy);
                    yz = TLane.Fma(b, z, yz);
                    zx = TLane.Fma(c, x, zx);
                    zy = TLane.Fma(c, y, zy);
                    zz = TLane.Fma(c, z, zz);
                }
            }

            xx.Store(s);
            xy.Store(s + Row);
            xz.Store(s + 2 * Row);
            yx.Store(s + 3 * Row);
            yy.Store(s + 4 * Row);
            yz.Store(s + 5 * Row);
            zx.Store(s + 6 * Row);
            zy.Store(s + 7 * Row);
            zz.Store(s + 8 * Row);
        }
    }

    /// <summary>sums[a, b] += Σ λ_a v_b over all four components of one qubit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AffineSums(T* state, T* costate, int rows, int stride, T* sums)
    {
        int step = stride * Row, end = rows * Row;
        for (int v = 0; v < Row; v += TLane.Count)
        {
            for (int a = 0; a < 4; a++)
            {
                T* s = sums + 4 * a * Row + v;
                TLane si = TLane.Load(s), sx = TLane.Load(s + Row), sy = TLane.Load(s + 2 * Row), sz = TLane.Load(s + 3 * Row);
                for (int high = 0; high < end; high += 4 * step)
                {
                    for (int low = high; low < high + step; low += Row)
                    {
                        T* p = state + low + v;
                        TLane weight = TLane.Load(costate + low + v + a * step);
                        si = TLane.Fma(weight, TLane.Load(p), si);
                        sx = TLane.Fma(weight, TLane.Load(p + step), sx);
                        sy = TLane.Fma(weight, TLane.Load(p + 2 * step), sy);
                        sz = TLane.Fma(weight, TLane.Load(p + 3 * step), sz);
                    }
                }

                si.Store(s);
                sx.Store(s + Row);
                sy.Store(s + 2 * Row);
                sz.Store(s + 3 * Row);
            }
        }
    }

    /// <summary>v ← M v for a matrix of few entries on 1-3 qubits, in place; M or Mᵀ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transfer(T* block, NumericStep step, T* entries, bool transposed)
    {
        TLane* result = stackalloc TLane[MaximumSide];
        var operation = (TransferOperation)step.Operation;
        int side = step.Locals.Length;
        fixed (int* groups = step.Groups, locals = step.Locals, starts = operation.RowStart, columns = operation.Columns)
        {
            for (int g = 0; g < step.Groups.Length; g++)
            {
                for (int v = 0; v < Row; v += TLane.Count)
                {
                    T* own = block + (long)groups[g] * Row + v;
                    for (int i = 0; i < side; i++)
                    {
                        result[i] = TLane.Zero;
                    }

                    for (int i = 0; i < side; i++)
                    {
                        for (int e = starts[i]; e < starts[i + 1]; e++)
                        {
                            int from = transposed ? i : columns[e], to = transposed ? columns[e] : i;
                            result[to] = TLane.Fma(TLane.Load(entries + (long)e * Row + v), TLane.Load(own + (long)locals[from] * Row), result[to]);
                        }
                    }

                    for (int i = 0; i < side; i++)
                    {
                        result[i].Store(own + (long)locals[i] * Row);
                    }
                }
            }
        }
    }

    /// <summary>sums[e] += Σ λ_row(e) v_column(e) for every entry e.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TransferSums(T* state, T* costate, NumericStep step, T* sums)
    {
        var operation = (TransferOperation)step.Operation;
        int side = step.Locals.Length;
        fixed (int* groups = step.Groups, locals = step.Locals, starts = operation.RowStart, columns = operation.Columns)
        {
            for (int g = 0; g < step.Groups.Length; g++)
            {
                for (int v = 0; v < Row; v += TLane.Count)
                {
                    long own = (long)groups[g] * Row + v;
                    for (int i = 0; i < side; i++)
                    {
                        TLane weight = TLane.Load(costate + own + (long)locals[i] * Row);
                        for (int e = starts[i]; e < starts[i + 1]; e++)
                        {
                            T* sum = sums + (long)e * Row + v;
                            TLane.Fma(weight, TLane.Load(state + own + (long)locals[columns[e]] * Row), TLane.Load(sum)).Store(sum);
                        }
                    }
                }
            }
        }
    }
}
