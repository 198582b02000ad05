namespace TorchSharp;

/// <summary>
/// A block whose tensors are disposed at its end, but for those moved out or detached. Scopes nest per thread:
/// <see cref="torch.NewDisposeScope"/> opens one, and what is made afterwards on that thread belongs to it.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    private readonly DisposeScopeManager manager;

    // A tensor knows its place in the list; a removed one is replaced by the last.
    private List<torch.Tensor> tensors = [];
    private bool disposed;

    internal DisposeScope(DisposeScopeManager manager, bool counted)
    {
        this.manager = manager;
        IsCounted = counted;
        OuterScope = manager.CurrentDisposeScope;
    }

    internal DisposeScope? OuterScope { get; set; }

    internal bool IsCounted { get; }

    public IReadOnlyList<IDisposable> DisposablesView
    {
        get
        {
            Check();
            return tensors.ToArray();
        }
    }

    public int DisposablesCount
    {
        get
        {
            Check();
            return tensors.Count;
        }
    }

    public bool Contains(IDisposable disposable) =>
        disposable is torch.Tensor tensor && ReferenceEquals(tensor.OwningDisposeScope, this);

    public T MoveToOuter<T>(T disposable) where T : IDisposable => MoveToOther(OuterScope, disposable);

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable where T2 : IDisposable
    {
        MoveToOuter(new IDisposable[] { first, second });
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        MoveToOuter(new IDisposable[] { first, second, third });
        return (first, second, third);
    }

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(OuterScope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(OuterScope, disposables);

    public T MoveToOther<T>(DisposeScope? scope, T disposable) where T : IDisposable
    {
        MoveToOther(scope, (IEnumerable<IDisposable>)[disposable]);
        return disposable;
    }

    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) => MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    /// <summary>Moves those of the tensors that this scope owns to another scope; null detaches them.</summary>
    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        Check();
        if (scope is null)
        {
            Detach(disposables);
            return;
        }

        foreach (var disposable in disposables)
        {
            if (Contains(disposable))
            {
                scope.Add((torch.Tensor)disposable);
            }
        }
    }

    public T Detach<T>(T disposable) where T : IDisposable
    {
        Detach((IEnumerable<IDisposable>)[disposable]);
        return disposable;
    }

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable where T2 : IDisposable
    {
        Detach(new IDisposable[] { first, second });
        return (first, second);
    }

    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

    /// <summary>Takes those of the tensors that this scope owns out of all scopes: their owner disposes them.</summary>
    public void Detach(IEnumerable<IDisposable> disposables)
    {
        Check();
        foreach (var disposable in disposables)
        {
            if (Contains(disposable))
            {
                Remove((torch.Tensor)disposable);
                if (IsCounted)
                {
                    manager.StatisticsInstance.TensorStatistics.DetachedFromScopeCount++;
                }
            }
        }
    }

    public void Attach(IDisposable disposable) => Attach((IEnumerable<IDisposable>)[disposable]);

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    /// <summary>Makes this scope the owner of the tensors.</summary>
    /// <exception cref="InvalidOperationException">One of them is not a tensor.</exception>
    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        Check();
        var attached = new List<IDisposable>();
        foreach (var disposable in disposables)
        {
            if (disposable is not torch.Tensor tensor)
            {
                throw new InvalidOperationException($"A dispose scope can only manage tensors; got {disposable.GetType().Name}.");
            }

            if (!ReferenceEquals(tensor.OwningDisposeScope, this))
            {
                Add(tensor);
                manager.StatisticsInstance.TensorStatistics.AttachedToScopeCount++;
            }

            attached.Add(disposable);
        }

        return attached;
    }

    public void DisposeEverything()
    {
        Check();
        var all = tensors;
        for (var i = all.Count - 1; i >= 0; i--)
        {
            all[i].DisposeInScope();
        }

        all.Clear();
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        Check();
        var kept = new HashSet<IDisposable>(inKeep, ReferenceEqualityComparer.Instance);
        foreach (var tensor in tensors.ToArray())
        {
            if (!kept.Contains(tensor))
            {
                tensor.Dispose();
            }
        }
    }

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[keep]);
        return keep;
    }

    public void Dispose()
    {
        if (disposed) return;
        DisposeEverything();
        manager.Remove(this);
        disposed = true;
    }

    /// <summary>Forgets a tensor that its owner disposes.</summary>
    public void MarkAsDisposed(IDisposable disposable)
    {
        Check();
        if (Contains(disposable))
        {
            Remove((torch.Tensor)disposable);
        }
    }

    internal void Add(torch.Tensor tensor)
    {
        tensor.OwningDisposeScope?.Remove(tensor);
        tensor.OwningDisposeScope = this;
        tensor.PlaceInScope = tensors.Count;
        tensors.Add(tensor);
    }

    internal void Remove(torch.Tensor tensor)
    {
        var last = tensors[^1];
        tensors[tensor.PlaceInScope] = last;
        last.PlaceInScope = tensor.PlaceInScope;
        tensors.RemoveAt(tensors.Count - 1);
        tensor.OwningDisposeScope = null;
    }

    private void Check() => ObjectDisposedException.ThrowIf(disposed, this);
}
