namespace ILGPU.Util;

/// <summary>Disposes once, by the caller or by the garbage collector.</summary>
public abstract class DisposeBase : IDisposable
{
    private int disposing;
    private volatile bool isDisposed;

    ~DisposeBase() => DisposeOnce(false);

    public bool IsDisposed => isDisposed;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        DisposeOnce(true);
    }

    /// <summary>Frees what the object holds; <paramref name="disposing"/> is false when the garbage collector asks for it.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    private void DisposeOnce(bool byCaller)
    {
        if (Interlocked.Exchange(ref disposing, 1) == 0)
        {
            Dispose(byCaller);
            isDisposed = true;
        }
    }
}
