using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TorchSharp.Utils;

/// <summary>A dictionary that is enumerated in the order in which keys were added.</summary>
public class OrderedDict<TKey, TValue> : IDictionary<TKey, TValue>, IList<(TKey, TValue)>
    where TKey : notnull
{
    private readonly List<TKey> _keys = [];
    private readonly Dictionary<TKey, TValue> _values = [];

    /// <inheritdoc/>
    public ICollection<TKey> Keys => [.. _keys];

    /// <inheritdoc/>
    public ICollection<TValue> Values => [.. values()];

    /// <summary>The number of entries.</summary>
    public int Count => _keys.Count;

    /// <summary>False.</summary>
    public bool IsReadOnly => false;

    /// <summary>The value of a key; setting adds or replaces.</summary>
    public TValue this[TKey key]
    {
        get => _values[key];
        set
        {
            if (!_values.ContainsKey(key))
            {
                _keys.Add(key);
            }
            _values[key] = value;
        }
    }

    /// <summary>The entry at a position.</summary>
    public (TKey, TValue) this[int index]
    {
        get => (_keys[index], _values[_keys[index]]);
        set
        {
            _values.Remove(_keys[index]);
            _keys[index] = value.Item1;
            _values.Add(value.Item1, value.Item2);
        }
    }

    /// <summary>Removes all entries.</summary>
    public void clear()
    {
        _keys.Clear();
        _values.Clear();
    }

    /// <summary>The entries.</summary>
    public IEnumerator<(TKey, TValue)> items() => GetEnumerator();

    /// <summary>The keys.</summary>
    public IEnumerable<TKey> keys() => _keys;

    /// <summary>The values.</summary>
    public IEnumerable<TValue> values() => _keys.Select(key => _values[key]);

    /// <inheritdoc/>
    public void Add(TKey key, TValue value)
    {
        _values.Add(key, value);
        _keys.Add(key);
    }

    /// <inheritdoc/>
    public void Add((TKey, TValue) item) => Add(item.Item1, item.Item2);

    /// <inheritdoc/>
    public void Add(KeyValuePair<TKey, TValue> item) => Add(item.Key, item.Value);

    /// <summary>Adds unless the key is there.</summary>
    internal bool TryAdd(TKey key, TValue value)
    {
        if (!_values.TryAdd(key, value))
        {
            return false;
        }
        _keys.Add(key);
        return true;
    }

    /// <summary>The entries as they are now.</summary>
    internal (TKey, TValue)[] Snapshot() => [.. _keys.Select(key => (key, _values[key]))];

    /// <inheritdoc/>
    public bool ContainsKey(TKey key) => _values.ContainsKey(key);

    /// <inheritdoc/>
    public bool Contains((TKey, TValue) item) => _values.TryGetValue(item.Item1, out TValue? value) && Equals(value, item.Item2);

    /// <inheritdoc/>
    public bool Contains(KeyValuePair<TKey, TValue> item) => Contains((item.Key, item.Value));

    /// <inheritdoc/>
    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value) => _values.TryGetValue(key, out value);

    /// <inheritdoc/>
    public bool Remove(TKey key) => _values.Remove(key) && _keys.Remove(key);

    /// <inheritdoc/>
    public bool Remove((TKey, TValue) item) => Contains(item) && Remove(item.Item1);

    /// <inheritdoc/>
    public bool Remove(KeyValuePair<TKey, TValue> item) => Remove((item.Key, item.Value));

    /// <inheritdoc/>
    public void RemoveAt(int index) => Remove(_keys[index]);

    /// <inheritdoc/>
    public void Insert(int index, (TKey, TValue) item)
    {
        _values.Add(item.Item1, item.Item2);
        _keys.Insert(index, item.Item1);
    }

    /// <inheritdoc/>
    public int IndexOf((TKey, TValue) item) => Contains(item) ? _keys.IndexOf(item.Item1) : -1;

    /// <inheritdoc/>
    public void Clear() => clear();

    /// <inheritdoc/>
    public void CopyTo((TKey, TValue)[] array, int arrayIndex)
    {
        foreach (var item in this)
        {
            array[arrayIndex++] = item;
        }
    }

    /// <inheritdoc/>
    public void CopyTo(KeyValuePair<TKey, TValue>[] array, int arrayIndex)
    {
        foreach (var (key, value) in this)
        {
            array[arrayIndex++] = new(key, value);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<(TKey, TValue)> GetEnumerator() => _keys.Select(key => (key, _values[key])).GetEnumerator();

    IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator() =>
        _keys.Select(key => new KeyValuePair<TKey, TValue>(key, _values[key])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
