using System.Collections.Immutable;
using Mesh.Config;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Stores.Documents;

namespace Mesh.ControlPlane.Stores.Folder.State;

/// <summary>Gives the resources of files what files do not hold: versions that never go back, identity, status; the same after a restart.</summary>
/// <remarks>
/// A record belongs to the content of a file by name (hash). A write puts its record on disk first and the file second: after a crash
/// between the two, the file still is what it was, and so the record before is the one that counts.
/// </remarks>
internal sealed class FolderState : IDisposable
{
    /// <summary>Damage on disk may have taken the newest versions with it, and a backup never had them.</summary>
    private const long VersionsAfterLoss = 1_000_000;

    private readonly StateJournal? _journal;
    private readonly TimeProvider _time;
    private readonly Dictionary<ResourceId, StateDraft> _drafts = [];

    /// <param name="journal">Null: nothing is remembered over a restart.</param>
    /// <param name="time">The clock.</param>
    public FolderState(StateJournal? journal, TimeProvider time) => (_journal, _time) = (journal, time);

    /// <summary>Whether it goes on from a backup.</summary>
    public bool IsRestored => _journal is { IsBackup: true };

    /// <summary>The newest version that was given out.</summary>
    public long LastVersion { get; private set; }

    /// <summary>The configuration at a start: what did not change since the last run has the versions it had.</summary>
    /// <param name="raws">The resources of the files.</param>
    /// <param name="damaged">Lines of the journal that could not be read.</param>
    /// <param name="failure">Why the journal could not be written; what is there is served all the same.</param>
    /// <exception cref="IOException">The journal cannot be read.</exception>
    public ConfigSnapshot Restore(IReadOnlyCollection<Resource> raws, out int damaged, out Exception? failure)
    {
        damaged = 0;
        var records = _journal?.Read(out damaged) ?? [];
        LastVersion = records.Select(record => record.Version).DefaultIfEmpty().Max() + (damaged > 0 || IsRestored ? VersionsAfterLoss : 0);
        var known = records.Where(record => !record.IsMark).ToLookup(record => record.Id);
        foreach (var raw in raws.OrderBy(raw => raw.Id.ToString(), StringComparer.Ordinal))
        {
            var seen = DocumentHash.Of(raw.Document);
            var draft = known[raw.Id].LastOrDefault(record => record.Seen == seen) is { Kept: { } kept } match
                ? new StateDraft(raw, ObjectIdentity.Complete(raw, kept), match, IsNews: false)
                : Renew(raw, seen, known[raw.Id].LastOrDefault(record => record.Kept is not null), ++LastVersion);
            _drafts[raw.Id] = draft with { Whole = draft.Whole with { ResourceVersion = draft.Record.Version } };
        }

        // What went away meanwhile is a change as well, though nobody saw it.
        LastVersion += known.Any(group => !_drafts.ContainsKey(group.Key) && group.Last().Seen is not null) ? 1 : 0;
        failure = Try(Rewrite);
        return new ConfigSnapshot(LastVersion, _drafts.ToImmutableDictionary(draft => draft.Key, draft => draft.Value.Whole));
    }

    /// <summary>The changes that lead to the resources of the files now, remembered before they are told.</summary>
    /// <param name="current">What is served.</param>
    /// <param name="raws">The resources of the files.</param>
    /// <param name="moved">Unchanged ones that stand elsewhere now.</param>
    /// <param name="failure">Why the journal could not be written; the changes hold all the same.</param>
    public ImmutableArray<ResourceChange> Follow(
        ConfigSnapshot current, IReadOnlyCollection<Resource> raws, out IReadOnlyCollection<Resource> moved, out Exception? failure)
    {
        var drafts = raws.Select(Follow).ToDictionary(draft => draft.Raw.Id);
        var changes = ConfigRevision.Compare(current, [.. drafts.Values.Select(draft => draft.Whole)], LastVersion);
        foreach (var change in changes)
        {
            LastVersion = change.Version;
            if (change.After is { } after)
            {
                var draft = drafts[change.Id];
                drafts[change.Id] = draft with { Whole = after, Record = draft.Record with { Version = change.Version }, IsNews = true };
            }
        }

        var gone = changes.Where(change => change.After is null).Select(change => StateRecord.Gone(change.Version, change.Id)).ToArray();
        var changed = changes.Select(change => change.Id).ToHashSet();
        moved =
        [
            .. from draft in drafts.Values
               where !changed.Contains(draft.Raw.Id)
               let served = current.Resources[draft.Raw.Id]
               where served.Origin != draft.Whole.Origin
               select served with { Origin = draft.Whole.Origin },
        ];
        _drafts.Clear();
        foreach (var (id, draft) in drafts)
        {
            _drafts[id] = draft with { IsNews = false };
        }

        failure = Remember([.. gone, .. drafts.Values.Where(draft => draft.IsNews).Select(draft => draft.Record)]);
        return changes;
    }

    /// <summary>What is to be remembered about a write, with the next version.</summary>
    /// <param name="raw">As it will stand in its file; null when it goes.</param>
    /// <param name="id">Of the resource.</param>
    /// <param name="whole">What is written; null when it goes.</param>
    public StateRecord Plan(ResourceId id, Resource? raw, Resource? whole)
    {
        var version = ++LastVersion;
        return raw is null || whole is null
            ? StateRecord.Gone(version, id)
            : StateRecord.Of(version, id, DocumentHash.Of(raw.Document), DocumentHash.OfBody(raw.Document), DocumentParts.Kept(whole.Document));
    }

    /// <summary>Puts a record on disk, before the file that it belongs to.</summary>
    /// <exception cref="IOException">It cannot be written; nothing is remembered.</exception>
    public void Append(StateRecord record)
    {
        if (_journal is not null)
        {
            if (_journal.IsLong)
            {
                Rewrite();
            }

            _journal.Append([record]);
        }
    }

    /// <summary>The write of a record took place.</summary>
    /// <returns>The resource as it is served from now on; null when it is gone.</returns>
    public Resource? Accept(StateRecord record, Resource? raw)
    {
        if (raw is null || record.Kept is not { } kept)
        {
            _drafts.Remove(record.Id);
            return null;
        }

        var whole = ObjectIdentity.Complete(raw, kept) with { ResourceVersion = record.Version };
        _drafts[record.Id] = new StateDraft(raw, whole, record, IsNews: false);
        return whole;
    }

    public void Dispose() => _journal?.Dispose();

    private StateDraft Follow(Resource raw)
    {
        if (!_drafts.TryGetValue(raw.Id, out var known))
        {
            return Renew(raw, DocumentHash.Of(raw.Document), null, 0);
        }

        if (ReferenceEquals(known.Raw, raw))
        {
            return known;
        }

        var seen = DocumentHash.Of(raw.Document);
        var next = seen == known.Record.Seen && known.Record.Kept is { } kept
            ? known with { Raw = raw, Whole = ObjectIdentity.Complete(raw, kept) }
            : Renew(raw, seen, known.Record, known.Record.Version);
        return next with { Whole = next.Whole with { ResourceVersion = known.Record.Version } };
    }

    private StateDraft Renew(Resource raw, string seen, StateRecord? known, long version)
    {
        var body = DocumentHash.OfBody(raw.Document);
        var kept = ObjectIdentity.Renew(raw, known?.Kept, known is not null && known.Body != body, _time.GetUtcNow());
        return new StateDraft(raw, ObjectIdentity.Complete(raw, kept), StateRecord.Of(version, raw.Id, seen, body, kept), IsNews: true);
    }

    private Exception? Remember(IReadOnlyList<StateRecord> records) => Try(() =>
    {
        if (_journal is { IsLong: true })
        {
            Rewrite();
        }
        else if (records.Count > 0)
        {
            _journal?.Append(records);
        }
    });

    private static Exception? Try(Action write)
    {
        try
        {
            write();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception;
        }
    }

    private void Rewrite() => _journal?.Rewrite(_drafts.Values.Select(draft => draft.Record).Prepend(StateRecord.Mark(LastVersion)));
}
