using System.Runtime.CompilerServices;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Cpu;

// A run from the first sweep to the last.
internal sealed unsafe partial class WideMachine<TLane, T>
{
    private void Forward(int sample)
    {
        long length = 2L << _job.Qubits;
        T* state = _job.Tape != null ? _job.Tape + sample * length : _state;
        _tiles = state;
        if (_job.InitialReal != null)
        {
            Spread(Loop.Load, 1 << _tileBits);
        }
        else
        {
            Spread(Loop.Clear, 1 << _tileBits);
            state[0] = T.One;
        }

        if (_plan is not null)
        {
            foreach (var block in _plan.Blocks)
            {
                FillMatrices(block);
                _block = block;
                Spread(Loop.Forward, block.Count);
            }

            if (_job.FinalReal != null)
            {
                StoreState(_plan.FinalFrame);
            }
        }

        if (_job.Values != null)
        {
            Read();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LoadTiles(int begin, int end)
    {
        int n = TLane.Count;
        T* real = _job.InitialReal + _sample * _job.Dimension, imaginary = _job.InitialImaginary + _sample * _job.Dimension;
        for (int tile = begin; tile < end; tile++)
        {
            T* to = Tile(_tiles, tile);
            TLane.Load(real + (long)tile * n).Store(to);
            TLane.Load(imaginary + (long)tile * n).Store(to + n);
        }
    }

    private void StoreState(WideFrame frame)
    {
        // The global phase and the signs that the shears left out.
        var slots = _job.Plan!.SlotTable.Slots;
        var (sin, cos) = Math.SinCos(_angles[slots.Length - 1]);
        double sign = 1;
        for (int s = 0; s < slots.Length; s++)
        {
            sign *= slots[s].IsRotation && Math.Cos(0.5 * _angles[s]) < 0 ? -1 : 1;
        }

        _phaseR = T.CreateChecked(sign * cos);
        _phaseI = T.CreateChecked(sign * sin);
        _frame = frame;
        Spread(Loop.Store, 1 << _tileBits);
    }

    private void StoreAmplitudes(int begin, int end)
    {
        T* real = _job.FinalReal + _sample * _job.Dimension, imaginary = _job.FinalImaginary + _sample * _job.Dimension;
        for (int x = begin; x < end; x++)
        {
            T* at = At(_tiles, _frame.Place(x));
            T r = at[0], i = at[TLane.Count];
            real[x] = r * _phaseR - i * _phaseI;
            imaginary[x] = r * _phaseI + i * _phaseR;
        }
    }

    private static T* At(T* state, int place) =>
        state + (long)(place / TLane.Count) * (2 * TLane.Count) + place % TLane.Count;

    private void ForwardBlocks(int begin, int end, int worker)
    {
        for (int index = begin; index < end; index++)
        {
            int origin = _block.Origin(index);
            T* tiles = _block.IsWhole ? _tiles : Scratch(worker);
            if (!_block.IsWhole)
            {
                Gather(_tiles, origin, _block.Offsets, tiles);
            }

            foreach (var step in _block.Steps)
            {
                switch (step)
                {
                    case WideTranspose transpose:
                        Transpose(transpose, tiles, 0, transpose.GroupCount);
                        break;
                    case WideDense dense:
                        BindMatrix(dense, origin, worker);
                        DenseKernel<TLane, T>.Forward(tiles, dense.Geometry, Matrix(worker), 0, dense.Geometry.OuterCount);
                        break;
                    case WideRotation rotation:
                        ForwardRotation(rotation, tiles, origin, worker);
                        break;
                }
            }

            if (!_block.IsWhole)
            {
                Scatter(tiles, _tiles, origin, _block.Offsets);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(T* tiles, int origin, int[] offsets, T* block)
    {
        int n = TLane.Count;
        for (int k = 0; k < offsets.Length; k++)
        {
            T* from = tiles + (long)(origin ^ offsets[k]) * (2 * n), to = block + (long)k * (2 * n);
            TLane.Load(from).Store(to);
            TLane.Load(from + n).Store(to + n);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(T* block, T* tiles, int origin, int[] offsets)
    {
        int n = TLane.Count;
        for (int k = 0; k < offsets.Length; k++)
        {
            T* from = block + (long)k * (2 * n), to = tiles + (long)(origin ^ offsets[k]) * (2 * n);
            TLane.Load(from).Store(to);
            TLane.Load(from + n).Store(to + n);
        }
    }

    private void Transpose(WideTranspose step, T* tiles)
    {
        _transpose = step;
        _tiles = tiles;
        Spread(Loop.Transpose, step.GroupCount);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(WideTranspose step, T* tiles, int begin, int end)
    {
        int n = TLane.Count;
        int[] offsets = step.RowOffsets;
        T** rows = stackalloc T*[n];
        for (int group = begin; group < end; group++)
        {
            int origin = step.Origin(group);
            for (int r = 0; r < n; r++)
            {
                rows[r] = tiles + (long)(origin ^ offsets[r]) * (2 * n);
            }

            Transposer<TLane, T>.Square(rows, 0);
            Transposer<TLane, T>.Square(rows, n);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ForwardRotation(WideRotation wide, T* tiles, int origin, int worker)
    {
        var step = wide.Step;
        PhaseTable<TLane, T> table = default;
        PhaseTable<TLane, T>* phases = null;
        Bind(wide, origin, worker, ref table);
        if (step.HasPhases)
        {
            phases = &table;
        }

        RotationPass[] passes = step.ForwardPasses;
        int last = passes.Length - 1;
        for (int p = 0; p < step.FirstForwardBlocked; p++)
        {
            ForwardPass(tiles, passes[p], worker, p == last ? phases : null, 0, passes[p].Geometry.OuterCount);
        }

        int blocks = step.FirstForwardBlocked <= last ? step.ForwardBlocks : 0;
        for (int block = 0; block < blocks; block++)
        {
            for (int p = step.FirstForwardBlocked; p <= last; p++)
            {
                int count = passes[p].Geometry.OuterCount / blocks;
                ForwardPass(tiles, passes[p], worker, p == last ? phases : null, block * count, (block + 1) * count);
            }
        }
    }

    private void ForwardPass(T* tiles, RotationPass pass, int worker, PhaseTable<TLane, T>* phases, int begin, int end)
    {
        T* first = Shears(worker, pass, 0), second = Shears(worker, pass, 1);
        if (pass.IsTriple)
        {
            RotationKernel<TLane, T>.ForwardTriple(tiles, pass.Geometry, first, second, Shears(worker, pass, 2), begin, end);
        }
        else
        {
            RotationKernel<TLane, T>.Forward(tiles, pass.Geometry, first, second, phases, begin, end);
        }
    }
}
