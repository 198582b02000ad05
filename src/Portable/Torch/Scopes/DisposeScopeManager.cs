namespace TorchSharp;

/// <summary>The stack of dispose scopes of one thread, and its counts.</summary>
public class DisposeScopeManager
{
    [ThreadStatic] private static DisposeScopeManager? singleton;

    private DisposeScope? idle;

    internal static DisposeScopeManager ThreadSingleton => singleton ??= new DisposeScopeManager();

    internal ThreadDisposeScopeStatistics StatisticsInstance { get; } = new();

    internal DisposeScope? CurrentDisposeScope { get; set; }

    public static ThreadDisposeScopeStatistics Statistics => ThreadSingleton.StatisticsInstance;

    internal DisposeScope NewDisposeScope() => CurrentDisposeScope = new DisposeScope(this, counted: true);

    /// <summary>A scope for the engine's own temporaries, which the package's native part would hold: they are not counted.</summary>
    internal DisposeScope EnterUncounted()
    {
        var scope = idle ?? new DisposeScope(this, counted: false);
        idle = null;
        scope.OuterScope = CurrentDisposeScope;
        return CurrentDisposeScope = scope;
    }

    internal void LeaveUncounted(DisposeScope scope)
    {
        scope.DisposeEverything();
        CurrentDisposeScope = scope.OuterScope;
        scope.OuterScope = null;
        idle = scope;
    }

    internal void Register(torch.Tensor tensor)
    {
        var scope = CurrentDisposeScope;
        if (scope is null)
        {
            StatisticsInstance.TensorStatistics.CreatedOutsideScopeCount++;
            return;
        }

        if (scope.IsCounted)
        {
            StatisticsInstance.TensorStatistics.CreatedInScopeCount++;
        }

        scope.Add(tensor);
    }

    internal void CountDisposal(torch.Tensor tensor)
    {
        if (tensor.OwningDisposeScope is null)
        {
            StatisticsInstance.TensorStatistics.DisposedOutsideScopeCount++;
        }
        else if (tensor.OwningDisposeScope.IsCounted)
        {
            StatisticsInstance.TensorStatistics.DisposedInScopeCount++;
        }
    }

    internal void Remove(DisposeScope disposed)
    {
        if (ReferenceEquals(CurrentDisposeScope, disposed))
        {
            CurrentDisposeScope = disposed.OuterScope;
            return;
        }

        for (var scope = CurrentDisposeScope; scope is not null; scope = scope.OuterScope)
        {
            if (ReferenceEquals(scope.OuterScope, disposed))
            {
                scope.OuterScope = disposed.OuterScope;
                return;
            }
        }
    }
}
