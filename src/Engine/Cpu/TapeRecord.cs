using System.Numerics;
using QDiff.Engine.States;

namespace QDiff.Engine.Cpu;

/// <summary>The CPU backend's part of an adjoint tape: final states in tile order and copies of the bound values.</summary>
internal sealed class TapeRecord<T>(TapePool<T> pool, NativeBuffer<T> states, NativeBuffer<T> bindings, int parameterCount) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Final states.</summary>
    public NativeBuffer<T> States => states;

    /// <summary>Parameters, then inputs.</summary>
    public NativeBuffer<T> Bindings => bindings;

    /// <summary>Where in <see cref="Bindings"/> the inputs begin.</summary>
    public int ParameterCount => parameterCount;

    public void Dispose()
    {
        pool.Return(states);
        pool.Return(bindings);
    }
}

/// <summary>Keeps a few blocks of memory of disposed tapes, so that a training loop allocates none.</summary>
internal sealed class TapePool<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Kept = 8;
    private readonly List<NativeBuffer<T>> _free = [];
    private bool _disposed;

    public NativeBuffer<T> Rent(long length)
    {
        lock (_free)
        {
            // The smallest that is large enough, unless it is much too large.
            int best = -1;
            for (int i = 0; i < _free.Count; i++)
            {
                if (_free[i].Length >= length && _free[i].Length <= 4 * length + 1024 && (best < 0 || _free[i].Length < _free[best].Length))
                {
                    best = i;
                }
            }

            if (best >= 0)
            {
                var found = _free[best];
                _free.RemoveAt(best);
                return found;
            }
        }

        return new NativeBuffer<T>(length);
    }

    public void Return(NativeBuffer<T> buffer)
    {
        lock (_free)
        {
            if (!_disposed)
            {
                _free.Add(buffer);
                if (_free.Count <= Kept)
                {
                    return;
                }

                buffer = _free[0];
                _free.RemoveAt(0);
            }
        }

        buffer.Dispose();
    }

    public void Dispose()
    {
        lock (_free)
        {
            _disposed = true;
            _free.ForEach(buffer => buffer.Dispose());
            _free.Clear();
        }
    }
}
