using System.Collections.Immutable;
using System.Globalization;
using Mesh.ControlPlane.Storage;

namespace Mesh.ControlPlane.Authority.Issuance;

/// <summary>Records every certificate before it is handed out, and knows the unexpired ones; every member may be called from any thread.</summary>
internal sealed class IssuanceLog
{
    public const string DocumentName = "issuance.jsonl";

    /// <summary>How many full logs are kept beside the current one.</summary>
    private const int KeptLogs = 4;

    private readonly IStateStore _state;
    private readonly TimeProvider _time;
    private readonly long _limit;
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly IssuanceIndex _index;
    private long _position;

    /// <exception cref="StateException">The log cannot be read.</exception>
    public IssuanceLog(IStateStore state, AuthoritySettings settings, TimeProvider time)
    {
        (_state, _time, _limit) = (state, time, settings.LogLimit);
        _index = new IssuanceIndex(settings.IndexLimit);
        Load();
    }

    public int Count
    {
        get { lock (_lock) { CatchUp(); return _index.Count; } }
    }

    /// <exception cref="StateException">It cannot be written: the certificate must not be handed out.</exception>
    public void Add(IssuanceRecord record)
    {
        lock (_lock)
        {
            var length = _state.Append(DocumentName, StateJson.ToLine(record));
            _index.Add(record, _time.GetUtcNow());
            if (length > _limit)
            {
                SetAside();
            }
        }
    }

    public IssuanceRecord? Find(string serial)
    {
        lock (_lock) { CatchUp(); return _index.Find(serial); }
    }

    /// <summary>The unexpired certificates, newest first.</summary>
    public ImmutableArray<IssuanceRecord> Unexpired(Func<IssuanceRecord, bool>? filter = null)
    {
        lock (_lock)
        {
            CatchUp();
            var records = _index.Unexpired(_time.GetUtcNow());
            return [.. (filter is null ? records : records.Where(filter)).OrderByDescending(record => record.At)];
        }
    }

    public RootUse UseOf(string root)
    {
        lock (_lock) { CatchUp(); return _index.UseOf(root, _time.GetUtcNow()); }
    }

    private static string Aside(int number) => string.Create(CultureInfo.InvariantCulture, $"issuance.{number}.jsonl");

    private void Load()
    {
        var content = Take();
        if (content.Length > 0 && content[^1] != '\n')
        {
            _state.Append(DocumentName, "\n"u8);
        }
    }

    /// <summary>What other control planes issued meanwhile.</summary>
    private void CatchUp()
    {
        if (_state.IsShared)
        {
            Take();
        }
    }

    private ReadOnlySpan<byte> Take()
    {
        ReadOnlySpan<byte> content = _state.ReadAdded(DocumentName, ref _position);
        var now = _time.GetUtcNow();
        foreach (var range in content.Split((byte)'\n'))
        {
            // A crash may have cut the last line; its certificate was never handed out.
            if (!content[range].IsEmpty && StateJson.ParseLine<IssuanceRecord>(content[range]) is { Serial: not null, Identity: not null, Root: not null } record)
            {
                _index.Add(record, now);
            }
        }

        return content;
    }

    /// <summary>The new log begins with what still counts, so that it alone is enough at the next start.</summary>
    private void SetAside()
    {
        for (var number = KeptLogs - 1; number > 0; number--)
        {
            _state.Rename(Aside(number), Aside(number + 1));
        }

        _state.Rename(DocumentName, Aside(1));
        if (!_state.IsDurable)
        {
            // Nobody will look at it after the process, and memory is dearer than disk.
            _state.Delete(Aside(1));
        }

        var lines = _index.Unexpired(_time.GetUtcNow()).OrderBy(record => record.At).Select(record => StateJson.ToLine(record with { Carried = true }));
        _state.Write(DocumentName, [.. lines.SelectMany(line => line)]);
    }
}
