using System.Numerics;
using QDiff.Engine.States;

namespace QDiff.Engine.Cpu;

/// <summary>States of single lanes as they were before operators that a backward sweep cannot undo: last kept, first taken back.</summary>
internal sealed unsafe class KeptStates<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<NativeBuffer<T>> _buffers = [];
    private readonly Stack<(int Selection, int Lane)> _kept = new();
    private long _length;

    /// <summary>Forgets all states; those to come have that many qubits.</summary>
    public void Begin(int qubits)
    {
        _kept.Clear();
        _length = 2L << qubits;
    }

    /// <summary>Room for the state of one lane, real and imaginary parts in turn.</summary>
    public T* Push(int selection, int lane)
    {
        int index = _kept.Count;
        _kept.Push((selection, lane));
        if (index == _buffers.Count)
        {
            _buffers.Add(new NativeBuffer<T>(_length));
        }
        else if (_buffers[index].Length < _length)
        {
            _buffers[index].Dispose();
            _buffers[index] = new NativeBuffer<T>(_length);
        }

        return _buffers[index].Pointer;
    }

    /// <summary>Takes back one state that was kept for a selection, if there is one left.</summary>
    public bool TryPop(int selection, out int lane, out T* copy)
    {
        if (!_kept.TryPeek(out var last) || last.Selection != selection)
        {
            lane = 0;
            copy = null;
            return false;
        }

        _kept.Pop();
        lane = last.Lane;
        copy = _buffers[_kept.Count].Pointer;
        return true;
    }

    public void Dispose() => _buffers.ForEach(buffer => buffer.Dispose());
}
