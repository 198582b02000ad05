namespace QDiff.Engine.Cpu;

/// <summary>Work that is cut into numbered items, which may be done in any order.</summary>
internal interface IWork
{
    /// <summary>Does one item. Items of the same worker are never done at the same time.</summary>
    void Do(int worker, int item);
}

/// <summary>Threads that wait for work. The calling thread is worker 0.</summary>
internal sealed class WorkerPool : IDisposable
{
    private readonly SemaphoreSlim _start = new(0);
    private readonly SemaphoreSlim _finished = new(0);
    private readonly Thread[] _helpers;
    private IWork _work = null!;
    private int _items;
    private int _next;
    private Exception? _failure;
    private volatile bool _stopping;

    public WorkerPool(int threads)
    {
        _helpers = new Thread[threads - 1];
        for (int i = 0; i < _helpers.Length; i++)
        {
            int worker = i + 1;
            _helpers[i] = new Thread(() => Help(worker)) { IsBackground = true, Name = $"qdiff-cpu-{worker}" };
            _helpers[i].Start();
        }
    }

    public int Threads => _helpers.Length + 1;

    /// <summary>Does all items and returns when they are done; throws the first failure.</summary>
    public void Run(IWork work, int items)
    {
        _work = work;
        _items = items;
        _failure = null;
        Volatile.Write(ref _next, 0);
        int helpers = Math.Min(_helpers.Length, items - 1);
        if (helpers > 0)
        {
            _start.Release(helpers);
        }

        Drain(0);
        for (int i = 0; i < helpers; i++)
        {
            _finished.Wait();
        }

        _work = null!;
        if (_failure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Dispose()
    {
        _stopping = true;
        if (_helpers.Length > 0)
        {
            _start.Release(_helpers.Length);
        }

        foreach (var helper in _helpers)
        {
            helper.Join();
        }

        _start.Dispose();
        _finished.Dispose();
    }

    private void Help(int worker)
    {
        while (true)
        {
            _start.Wait();
            if (_stopping)
            {
                return;
            }

            Drain(worker);
            _finished.Release();
        }
    }

    private void Drain(int worker)
    {
        while (true)
        {
            int item = Interlocked.Increment(ref _next) - 1;
            if (item >= _items)
            {
                return;
            }

            try
            {
                _work.Do(worker, item);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref _failure, exception, null);
                Volatile.Write(ref _next, _items);
            }
        }
    }
}
