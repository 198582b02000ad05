using System.Collections.Concurrent;

namespace QDiff.Engine.Tests.Reference;

/// <summary>What the reference worked out once; its results depend on neither fixture nor precision. The key names the case in full.</summary>
internal static class ReferenceCache
{
    private static readonly ConcurrentDictionary<string, Lazy<object>> Results = new();

    public static TResult Get<TResult>(string key, Func<TResult> compute)
        where TResult : notnull => (TResult)Results.GetOrAdd(key, _ => new Lazy<object>(() => compute())).Value;
}
