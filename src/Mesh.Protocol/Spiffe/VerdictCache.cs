using System.Diagnostics.CodeAnalysis;

namespace Mesh.Protocol.Spiffe;

/// <summary>Remembers certificates that were believed while every part of their chain is valid; verifying a chain is the dearest part of a handshake.</summary>
/// <remarks>Only those that were believed: strangers could fill it with what they make up.</remarks>
internal sealed class VerdictCache(int generationSize = 512)
{
    private readonly Lock _lock = new();

    // Guarded by _lock. What nobody asks for during one generation is forgotten with the next.
    private Dictionary<VerdictKey, Entry> _young = [];
    private Dictionary<VerdictKey, Entry> _old = [];

    public bool TryFind(VerdictKey key, DateTimeOffset now, [NotNullWhen(true)] out SvidVerdict? verdict)
    {
        lock (_lock)
        {
            if (!_young.TryGetValue(key, out var entry) && _old.TryGetValue(key, out entry))
            {
                Keep(key, entry);
            }

            verdict = entry.Verdict is not null && entry.From <= now && now <= entry.Until ? entry.Verdict : null;
            return verdict is not null;
        }
    }

    public void Add(VerdictKey key, SvidVerdict verdict, DateTimeOffset from, DateTimeOffset until)
    {
        lock (_lock)
        {
            Keep(key, new Entry(verdict, from, until));
        }
    }

    private void Keep(VerdictKey key, Entry entry)
    {
        if (_young.Count >= generationSize)
        {
            (_old, _young) = (_young, []);
        }

        _young[key] = entry;
    }

    private readonly record struct Entry(SvidVerdict? Verdict, DateTimeOffset From, DateTimeOffset Until);
}
