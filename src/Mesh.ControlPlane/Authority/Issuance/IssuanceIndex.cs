using System.Collections.Immutable;

namespace Mesh.ControlPlane.Authority.Issuance;

/// <summary>Remembers the unexpired certificates, up to a limit; not safe for several threads.</summary>
internal sealed class IssuanceIndex(int limit)
{
    private readonly Dictionary<string, Entry> _bySerial = new(StringComparer.Ordinal);

    // Only what is not superseded, and only of holders with a name: so that one that renews often is no work.
    private readonly Dictionary<(string Identity, string Workload), HashSet<Entry>> _byHolder = [];
    private readonly PriorityQueue<Entry, DateTimeOffset> _byEnd = new();
    private readonly Dictionary<string, Forgotten> _forgotten = new(StringComparer.Ordinal);

    public int Count => _bySerial.Count;

    public void Add(IssuanceRecord record, DateTimeOffset now)
    {
        Expire(now);
        if (record.NotAfter <= now || _bySerial.ContainsKey(record.Serial))
        {
            return;
        }

        if (_bySerial.Count >= limit)
        {
            Forget();
        }

        Supersede(record);
        var entry = new Entry(record) { IsSuperseded = record.Superseded == true };
        _bySerial.Add(record.Serial, entry);
        _byEnd.Enqueue(entry, record.NotAfter);
        if (!entry.IsSuperseded && record.Workload.Length > 0)
        {
            Hold(entry);
        }
    }

    public IssuanceRecord? Find(string serial) => _bySerial.GetValueOrDefault(serial)?.Record;

    /// <summary>All that have not expired, and whether their holder has a newer one.</summary>
    public IEnumerable<IssuanceRecord> Unexpired(DateTimeOffset now)
    {
        Expire(now);
        return _bySerial.Values.Select(entry => entry.Record with { Superseded = entry.IsSuperseded ? true : null });
    }

    /// <summary>What still rests on a root: those that have not expired and whose holder is not known to have a newer one.</summary>
    public RootUse UseOf(string root, DateTimeOffset now)
    {
        Expire(now);
        var resting = _bySerial.Values.Where(entry => entry.Record.Root == root && !entry.IsSuperseded).ToArray();
        var forgotten = _forgotten.GetValueOrDefault(root);
        return new RootUse(
            resting.Length,
            forgotten is { Until: var until } && until > now ? forgotten.Count : 0,
            [.. resting.Select(entry => entry.Record.Identity).Distinct().Order(StringComparer.Ordinal)],
            resting.Select(entry => entry.Record.NotAfter).Append(forgotten?.Until ?? default).Max());
    }

    /// <summary>Who renews by the certificate it has replaces that one; else the newest of a workload's name replaces all before.</summary>
    private void Supersede(IssuanceRecord record)
    {
        if (record.Replaces is { } serial)
        {
            if (_bySerial.TryGetValue(serial, out var replaced) && replaced.Record.Identity == record.Identity)
            {
                replaced.IsSuperseded = true;
                Release(replaced);
            }
        }
        else if (record.Workload.Length > 0 && _byHolder.Remove((record.Identity, record.Workload), out var entries))
        {
            foreach (var entry in entries)
            {
                entry.IsSuperseded = true;
            }
        }
    }

    private void Hold(Entry entry)
    {
        var key = (entry.Record.Identity, entry.Record.Workload);
        if (!_byHolder.TryGetValue(key, out var entries))
        {
            _byHolder.Add(key, entries = []);
        }

        entries.Add(entry);
    }

    private void Release(Entry entry)
    {
        var key = (entry.Record.Identity, entry.Record.Workload);
        if (_byHolder.TryGetValue(key, out var entries) && entries.Remove(entry) && entries.Count == 0)
        {
            _byHolder.Remove(key);
        }
    }

    private void Expire(DateTimeOffset now)
    {
        while (_byEnd.TryPeek(out var entry, out var end) && end <= now)
        {
            _byEnd.Dequeue();
            Remove(entry);
        }
    }

    /// <summary>Full: the one that ends first goes, and only its end is kept in mind, so that its root is not dropped before.</summary>
    private void Forget()
    {
        var entry = _byEnd.Dequeue();
        Remove(entry);
        if (!entry.IsSuperseded)
        {
            var known = _forgotten.GetValueOrDefault(entry.Record.Root) ?? new Forgotten(0, default);
            _forgotten[entry.Record.Root] = new Forgotten(known.Count + 1, entry.Record.NotAfter > known.Until ? entry.Record.NotAfter : known.Until);
        }
    }

    private void Remove(Entry entry)
    {
        _bySerial.Remove(entry.Record.Serial);
        Release(entry);
    }

    private sealed class Entry(IssuanceRecord record)
    {
        public IssuanceRecord Record { get; } = record;

        public bool IsSuperseded { get; set; }
    }

    private sealed record Forgotten(long Count, DateTimeOffset Until);
}
