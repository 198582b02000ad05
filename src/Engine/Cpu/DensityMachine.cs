using System.Numerics;
using QDiff.Engine.Density;
using QDiff.Engine.States;

namespace QDiff.Engine.Cpu;

/// <summary>Entries of a run's matrices: those that all samples share, and those of the samples at hand.</summary>
internal readonly unsafe struct DensityEntries<T>(T* shared, T* own)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T* Of(NumericOperation operation) => (operation.HasInputs ? own : shared) + (long)operation.Offset * DensityPlan.RowLength;
}

/// <summary>Runs passes over density matrices: one worker's code and its scratch memory.</summary>
internal abstract unsafe class DensityMachine<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>target ← pass(source), for some blocks; both may be the same.</summary>
    public abstract void Forward(DensityPass pass, T* source, T* target, DensityEntries<T> entries, int first, int end);

    /// <summary>λ ← passᵀ(λ) and the gradient's sums, for some blocks, with the state as it was before the pass.</summary>
    public abstract void Replay(DensityPass pass, T* before, T* costate, DensityEntries<T> entries, T* sums, int first, int end);

    /// <summary>The same with the state as it is after the pass, which is taken back: for passes whose maps are all orthogonal.</summary>
    public abstract void Undo(DensityPass pass, T* state, T* costate, DensityEntries<T> entries, T* sums, int first, int end);

    public abstract void Dispose();
}

/// <inheritdoc/>
internal sealed unsafe class DensityMachine<TLane, T> : DensityMachine<T>
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Row = DensityPlan.RowLength;
    private const int BlockLength = PassFormation.BlockRows * Row;

    private readonly NativeBuffer<T> _scratch = new(3 * BlockLength);
    private NativeBuffer<T> _history = new(0);

    private T* Scratch(int block) => _scratch.Pointer + (long)block * BlockLength;

    public override void Forward(DensityPass pass, T* source, T* target, DensityEntries<T> entries, int first, int end)
    {
        if (pass.Shrinking is { } shrinking)
        {
            Shrink(pass, shrinking, source, target, first, end);
            return;
        }

        T* block = Scratch(0);
        T* other = Scratch(1);
        int rows = pass.Rows;
        DensityStep[] steps = pass.Steps;
        fixed (int* offsets = pass.Offsets)
        {
            for (int b = first; b < end; b++)
            {
                T* home = source + (long)pass.Bases[b] * Row;
                int s = 0;
                if (pass.Exchanges)
                {
                    LoadExchanged(home, offsets, rows, block);
                }
                else if (steps.Length > 0 && steps[0] is NumericStep { Operation: LocalOperation { IsUnital: true } } local)
                {
                    DensityKernel<TLane, T>.RotateInto(home, offsets, null, block, rows, local.Stride, entries.Of(local.Operation));
                    s = 1;
                }
                else
                {
                    DensityKernel<TLane, T>.Load(home, offsets, rows, block);
                }

                for (; s < steps.Length; s++)
                {
                    if (steps[s] is NumericStep step)
                    {
                        Apply(step, block, rows, entries, transposed: false);
                        continue;
                    }

                    SignedPermutation move = ((MoveStep)steps[s]).Move;
                    fixed (int* places = move.Source)
                    fixed (T* signs = move.Signs<T>())
                    {
                        if (s + 1 < steps.Length && steps[s + 1] is NumericStep { Operation: LocalOperation { IsUnital: true } } next)
                        {
                            DensityKernel<TLane, T>.RotateInto(block, places, move.HasSigns ? signs : null, other, rows, next.Stride, entries.Of(next.Operation));
                            s++;
                        }
                        else
                        {
                            DensityKernel<TLane, T>.Move(block, places, signs, rows, other);
                        }
                    }

                    T* swap = block;
                    block = other;
                    other = swap;
                }

                Store(pass, block, offsets, target + (long)pass.Bases[b] * Row);
            }
        }
    }

    public override void Replay(DensityPass pass, T* before, T* costate, DensityEntries<T> entries, T* sums, int first, int end)
    {
        if (pass.Shrinking is { } shrinking)
        {
            Shrink(pass, shrinking, costate, costate, first, end);
            return;
        }

        DensityStep[] steps = pass.Steps;
        int rows = pass.Rows, last = Array.FindLastIndex(steps, IsDifferentiable);
        int saved = steps.Count(IsDifferentiable);
        if (_history.Length < (long)saved * BlockLength)
        {
            _history.Dispose();
            _history = new NativeBuffer<T>((long)saved * BlockLength);
        }

        fixed (int* offsets = pass.Offsets)
        {
            for (int b = first; b < end; b++)
            {
                T* block = Scratch(0);
                T* other = Scratch(1);
                T* from = before + (long)pass.Bases[b] * Row;
                if (pass.Exchanges)
                {
                    LoadExchanged(from, offsets, rows, block);
                }
                else
                {
                    DensityKernel<TLane, T>.Load(from, offsets, rows, block);
                }

                T* record = _history.Pointer;
                for (int s = 0; s <= last; s++)
                {
                    if (steps[s] is NumericStep step)
                    {
                        if (step.Operation.IsDifferentiable)
                        {
                            Buffer.MemoryCopy(block, record, (long)rows * Row * sizeof(T), (long)rows * Row * sizeof(T));
                            record += (long)rows * Row;
                        }

                        if (s < last)
                        {
                            Apply(step, block, rows, entries, transposed: false);
                        }
                    }
                    else
                    {
                        Move(((MoveStep)steps[s]).Move, rows, ref block, ref other);
                    }
                }

                T* home = costate + (long)pass.Bases[b] * Row;
                block = Scratch(0);
                other = Scratch(1);
                LoadBack(pass, home, offsets, block);
                for (int s = steps.Length - 1; s >= 0; s--)
                {
                    if (steps[s] is NumericStep step)
                    {
                        if (step.Operation.IsDifferentiable)
                        {
                            record -= (long)rows * Row;
                            Sum(step, record, block, rows, sums);
                        }

                        Apply(step, block, rows, entries, transposed: true);
                    }
                    else
                    {
                        MoveBack(((MoveStep)steps[s]).Move, rows, ref block, ref other);
                    }
                }

                StoreBack(pass, block, offsets, home);
            }
        }
    }

    public override void Undo(DensityPass pass, T* state, T* costate, DensityEntries<T> entries, T* sums, int first, int end)
    {
        DensityStep[] steps = pass.Steps;
        int rows = pass.Rows;
        fixed (int* offsets = pass.Offsets)
        {
            for (int b = first; b < end; b++)
            {
                T* psi = Scratch(0);
                T* lambda = Scratch(1);
                T* other = Scratch(2);
                T* home = state + (long)pass.Bases[b] * Row;
                T* coHome = costate + (long)pass.Bases[b] * Row;
                LoadBack(pass, home, offsets, psi);
                LoadBack(pass, coHome, offsets, lambda);
                for (int s = steps.Length - 1; s >= 0; s--)
                {
                    if (steps[s] is NumericStep step)
                    {
                        Apply(step, psi, rows, entries, transposed: true);
                        if (step.Operation.IsDifferentiable)
                        {
                            Sum(step, psi, lambda, rows, sums);
                        }

                        Apply(step, lambda, rows, entries, transposed: true);
                    }
                    else
                    {
                        MoveBack(((MoveStep)steps[s]).Move, rows, ref psi, ref other);
                        MoveBack(((MoveStep)steps[s]).Move, rows, ref lambda, ref other);
                    }
                }

                StoreBack(pass, psi, offsets, home);
                StoreBack(pass, lambda, offsets, coHome);
            }
        }
    }

    public override void Dispose()
    {
        _scratch.Dispose();
        _history.Dispose();
    }

    private static bool IsDifferentiable(DensityStep step) => step is NumericStep { Operation.IsDifferentiable: true };

    private static void Shrink(DensityPass pass, Shrinking shrinking, T* source, T* target, int first, int end)
    {
        T factor = T.CreateChecked(shrinking.Factor);
        for (int b = first; b < end; b++)
        {
            for (int r = 0; r < pass.Rows; r++)
            {
                long row = (long)(pass.Bases[b] + pass.Offsets[r]) * Row;
                bool whole = shrinking.Bases[b] || shrinking.Offsets[r];
                for (int lane = 0; lane < Row; lane++)
                {
                    target[row + lane] = source[row + lane] * (whole || shrinking.Lanes[lane] ? factor : T.One);
                }
            }
        }
    }

    private static void Apply(NumericStep step, T* block, int rows, DensityEntries<T> entries, bool transposed)
    {
        T* m = entries.Of(step.Operation);
        if (step.Operation is not LocalOperation local)
        {
            DensityKernel<TLane, T>.Transfer(block, step, m, transposed);
        }
        else if (local.IsUnital)
        {
            DensityKernel<TLane, T>.Rotate(block, rows, step.Stride, m, transposed);
        }
        else
        {
            DensityKernel<TLane, T>.Affine(block, rows, step.Stride, m, transposed);
        }
    }

    private static void Sum(NumericStep step, T* state, T* costate, int rows, T* sums)
    {
        T* own = sums + (long)step.Operation.Gradient * Row;
        if (step.Operation is not LocalOperation local)
        {
            DensityKernel<TLane, T>.TransferSums(state, costate, step, own);
        }
        else if (local.IsUnital)
        {
            DensityKernel<TLane, T>.RotateSums(state, costate, rows, step.Stride, own);
        }
        else
        {
            DensityKernel<TLane, T>.AffineSums(state, costate, rows, step.Stride, own);
        }
    }

    private static void Move(SignedPermutation move, int rows, ref T* block, ref T* other)
    {
        fixed (int* source = move.Source)
        fixed (T* signs = move.Signs<T>())
        {
            DensityKernel<TLane, T>.Move(block, source, signs, rows, other);
        }

        T* swap = block;
        block = other;
        other = swap;
    }

    private static void MoveBack(SignedPermutation move, int rows, ref T* block, ref T* other)
    {
        fixed (int* source = move.Source)
        fixed (T* signs = move.Signs<T>())
        {
            DensityKernel<TLane, T>.MoveBack(block, null, source, signs, rows, other);
        }

        T* swap = block;
        block = other;
        other = swap;
    }

    private static void Store(DensityPass pass, T* block, int* offsets, T* home)
    {
        if (pass.Final is not { } final)
        {
            DensityKernel<TLane, T>.Store(block, offsets, pass.Rows, home);
            return;
        }

        fixed (int* source = final.Source)
        fixed (T* signs = final.Signs<T>())
        {
            DensityKernel<TLane, T>.StoreMoved(block, source, signs, offsets, pass.Rows, home);
        }
    }

    private static void LoadBack(DensityPass pass, T* home, int* offsets, T* block)
    {
        if (pass.Final is not { } final)
        {
            DensityKernel<TLane, T>.Load(home, offsets, pass.Rows, block);
            return;
        }

        fixed (int* source = final.Source)
        fixed (T* signs = final.Signs<T>())
        {
            DensityKernel<TLane, T>.MoveBack(home, offsets, source, signs, pass.Rows, block);
        }
    }

    private static void StoreBack(DensityPass pass, T* block, int* offsets, T* home)
    {
        if (pass.Exchanges)
        {
            for (int r = 0; r < pass.Rows; r += Row)
            {
                Exchange(block + (long)r * Row);
            }
        }

        DensityKernel<TLane, T>.Store(block, offsets, pass.Rows, home);
    }

    /// <summary>Loads a block with its digits 0 and 1 in the lanes and the lanes' digits in their place.</summary>
    private static void LoadExchanged(T* home, int* offsets, int rows, T* block)
    {
        DensityKernel<TLane, T>.Load(home, offsets, rows, block);
        for (int r = 0; r < rows; r += Row)
        {
            Exchange(block + (long)r * Row);
        }
    }

    /// <summary>Transposes 16 rows of 16 numbers in place, in squares as large as a vector.</summary>
    private static void Exchange(T* square)
    {
        T** rows = stackalloc T*[Row];
        T** others = stackalloc T*[Row];
        int n = TLane.Count;
        for (int i = 0; i < Row; i += n)
        {
            for (int r = 0; r < n; r++)
            {
                rows[r] = square + (long)(i + r) * Row;
            }

            Transposer<TLane, T>.Square(rows, i);
            for (int j = i + n; j < Row; j += n)
            {
                for (int r = 0; r < n; r++)
                {
                    others[r] = square + (long)(j + r) * Row;
                }

                Transposer<TLane, T>.Square(rows, j);
                Transposer<TLane, T>.Square(others, i);
                for (int r = 0; r < n; r++)
                {
                    TLane upper = TLane.Load(rows[r] + j), lower = TLane.Load(others[r] + i);
                    lower.Store(rows[r] + j);
                    upper.Store(others[r] + i);
                }
            }
        }
    }
}
