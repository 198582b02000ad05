using System.Numerics;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Cpu;

// Reading values, and the co-state that their weights make of the final state.
internal sealed unsafe partial class WideMachine<TLane, T>
{
    private void Read()
    {
        var readout = _readout!;
        T* values = _job.Values + (long)_sample * readout.Count;
        if (readout.IsBorn)
        {
            _frame = readout.Frame;
            Spread(Loop.Probabilities, 1 << _tileBits);
            return;
        }

        foreach (var step in readout.Steps)
        {
            switch (step)
            {
                case WideReadTranspose transpose:
                    Transpose(transpose.Transpose, _tiles);
                    break;
                case WideParityRead parity:
                    _geometry = parity.Geometry;
                    Spread(Loop.ReadParities, parity.Geometry.OuterCount);
                    foreach (var output in parity.Outputs)
                    {
                        values[output.Output] = T.CreateChecked(SumParts(output.Bit, output));
                    }

                    break;
                case WidePairRead pair:
                    (_geometry, _text) = (pair.Geometry, pair.Text);
                    Spread(Loop.ReadPair, pair.Geometry.OuterCount);
                    values[pair.Sign.Output] = T.CreateChecked(SumParts(0, pair.Sign));
                    break;
            }
        }

        // The tape keeps states where the plan's steps left them.
        if (_job.Tape != null)
        {
            UndoReadTransposes(_tiles);
        }
    }

    private void ReadProbabilities(int begin, int end)
    {
        T* values = _job.Values + (long)_sample * _readout!.Count;
        for (int x = begin; x < end; x++)
        {
            T* at = At(_tiles, _frame.Place(x));
            values[x] = at[0] * at[0] + at[TLane.Count] * at[TLane.Count];
        }
    }

    private void UndoReadTransposes(T* tiles)
    {
        for (int s = _readout!.Steps.Length - 1; s >= 0; s--)
        {
            if (_readout.Steps[s] is WideReadTranspose transpose)
            {
                Transpose(transpose.Transpose, tiles);
            }
        }
    }

    /// <summary>The signed sum over parts and lanes of one vector of the sums, in double.</summary>
    private double SumParts(int index, WideOutput output)
    {
        double sum = 0;
        for (int part = 0; part < _loopParts; part++)
        {
            T* at = Sums(part) + (long)index * TLane.Count;
            for (int lane = 0; lane < TLane.Count; lane++)
            {
                sum += output.Sign(lane) * double.CreateChecked(at[lane]);
            }
        }

        return sum;
    }

    private void Weigh(int sample)
    {
        var readout = _readout!;
        T* cotangents = _job.Cotangents + (long)sample * readout.Count;
        if (readout.IsBorn)
        {
            _frame = readout.Frame;
            Spread(Loop.WeighProbabilities, 1 << _tileBits);
            return;
        }

        foreach (var step in readout.Steps)
        {
            switch (step)
            {
                case WideReadTranspose transpose:
                    Transpose(transpose.Transpose, _state);
                    Transpose(transpose.Transpose, _costate);
                    break;
                case WideParityRead parity:
                    Clear(_weights, _tileBits + 1);
                    foreach (var output in parity.Outputs)
                    {
                        Folding<TLane, T>.Add(_weights, output.Bit, Signed(cotangents[output.Output], output));
                    }

                    _geometry = parity.Geometry;
                    Spread(Loop.WeighParities, parity.Geometry.OuterCount);
                    break;
                case WidePairRead pair:
                    Clear(_weights, PairKernel<TLane, T>.Vectors);
                    PairKernel<TLane, T>.AddString(_weights, pair.Text, Signed(cotangents[pair.Sign.Output], pair.Sign));
                    _geometry = pair.Geometry;
                    Spread(Loop.WeighPair, pair.Geometry.OuterCount);
                    break;
            }
        }

        UndoReadTransposes(_state);
        UndoReadTransposes(_costate);
    }

    private void WeighProbabilities(int begin, int end)
    {
        T* cotangents = _job.Cotangents + (long)_sample * _readout!.Count;
        for (int x = begin; x < end; x++)
        {
            int place = _frame.Place(x);
            T* from = At(_state, place), to = At(_costate, place);
            to[0] = cotangents[x] * from[0];
            to[TLane.Count] = cotangents[x] * from[TLane.Count];
        }
    }

    private static TLane Signed(T value, WideOutput output)
    {
        T* lanes = stackalloc T[TLane.Count];
        for (int lane = 0; lane < TLane.Count; lane++)
        {
            lanes[lane] = output.Sign(lane) > 0 ? value : -value;
        }

        return TLane.Load(lanes);
    }
}
