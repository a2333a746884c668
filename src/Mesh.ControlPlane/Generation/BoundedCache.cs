using System.Diagnostics.CodeAnalysis;

namespace Mesh.ControlPlane.Generation;

/// <summary>Remembers at most twice its capacity, and forgets what was not asked for since it last filled up.</summary>
internal sealed class BoundedCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private Dictionary<TKey, TValue> _young = [];
    private Dictionary<TKey, TValue> _old = [];

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_lock)
        {
            if (_young.TryGetValue(key, out value))
            {
                return true;
            }

            if (!_old.TryGetValue(key, out value))
            {
                return false;
            }

            Add(key, value);
            return true;
        }
    }

    /// <summary>The value that was there first, else the given one, which then stays.</summary>
    public TValue GetOrAdd(TKey key, TValue value)
    {
        lock (_lock)
        {
            if (_young.TryGetValue(key, out var known))
            {
                return known;
            }

            if (_old.TryGetValue(key, out known))
            {
                value = known;
            }

            Add(key, value);
            return value;
        }
    }

    private void Add(TKey key, TValue value)
    {
        if (_young.Count >= capacity)
        {
            _old = _young;
            _young = [];
        }

        _young[key] = value;
    }
}
