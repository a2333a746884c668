using System.Diagnostics.CodeAnalysis;

namespace Mesh.ControlPlane.Generation;

/// <summary>Remembers at most twice its capacity, and forgets what was not asked for since it last filled up.</summary>
/// <param name="capacity">Entries.</param>
/// <param name="lengthOf">Characters of the text of a key, where peers choose it: more than <see cref="LengthPerEntry"/> for each entry that there is room for fill it up too.</param>
internal sealed class BoundedCache<TKey, TValue>(int capacity, Func<TKey, int>? lengthOf = null)
    where TKey : notnull
{
    /// <summary>Of a name and a client with its labels, usually less than half.</summary>
    private const int LengthPerEntry = 1_024;

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private Dictionary<TKey, TValue> _young = [];
    private Dictionary<TKey, TValue> _old = [];
    private long _length;

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
        var length = lengthOf?.Invoke(key) ?? 0;
        if (_young.Count >= capacity || (_young.Count > 0 && _length + length > (long)capacity * LengthPerEntry))
        {
            _old = _young;
            _young = [];
            _length = 0;
        }

        _young[key] = value;
        _length += length;
    }
}
