using System.Collections.Immutable;
using System.Globalization;
using System.Threading.Channels;
using Mesh.ControlPlane.Storage;

namespace Mesh.ControlPlane.Auditing;

/// <summary>Records who did what, append-only and hash-chained; every member may be called from any thread.</summary>
/// <remarks>One loop writes: events that wait meanwhile go into one append together, so that a burst costs few waits for the disk.</remarks>
internal sealed class AuditLog : IAuditLog, IAsyncDisposable
{
    public const string DocumentName = "audit.jsonl";

    /// <summary>The size at which a new file is begun.</summary>
    public const long DefaultFileLimit = 16 * 1024 * 1024;

    /// <summary>How many full files are kept beside the current one.</summary>
    public const int KeptFiles = 16;

    /// <summary>Without a disk the log is short.</summary>
    private const long MemoryFileLimit = 256 * 1024;

    /// <summary>A person who tries tokens is far below; a program is far above.</summary>
    private const int DeniedPerSecond = 50;

    /// <summary>Every workload of a mesh may be back at once after an outage.</summary>
    private const int UsesPerSecond = 1_000;

    /// <summary>The last full file and the current one: a start must not take longer the older a log is, and <see cref="Verify"/> walks over all.</summary>
    private const int CheckedAtStart = 1;

    private const int MaxWaiting = 4_096;
    private const int MaxBatch = 256;

    private readonly IStateStore _state;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _fileLimit;
    private readonly Channel<AuditAppend> _waiting = Channel.CreateBounded<AuditAppend>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly NotePace _denied;
    private readonly NotePace _uses;
    private readonly Task _loop;
    private readonly Lock _lock = new();

    private volatile string? _problem;

    // Guarded by _lock, as are the files.
    private AuditEntry? _last;

    // Written under _lock: how often the files moved on.
    private int _moves;

    /// <exception cref="StateException">The log cannot be read.</exception>
    public AuditLog(IStateStore state, TimeProvider time, ILogger<AuditLog> logger, long fileLimit = DefaultFileLimit)
    {
        (_state, _time, _logger, _fileLimit) = (state, time, logger, state.IsDurable ? fileLimit : Math.Min(fileLimit, MemoryFileLimit));
        _denied = new NotePace(time, DeniedPerSecond);
        _uses = new NotePace(time, UsesPerSecond);
        Load();
        _loop = Task.Run(WriteAsync);
    }

    public string? Problem => _problem;

    public async Task RecordAsync(AuditEvent what, CancellationToken cancellationToken)
    {
        var append = new AuditAppend(what);
        await _waiting.Writer.WriteAsync(append, cancellationToken);
        await append.Written.Task.WaitAsync(cancellationToken);
    }

    public void Note(AuditEvent what)
    {
        var pace = what.Action == AuditAction.TokenUsed ? _uses : _denied;
        foreach (var item in pace.Admit(what))
        {
            if (!_waiting.Writer.TryWrite(new AuditAppend(item)))
            {
                pace.Skip();
            }
        }
    }

    /// <summary>The entries that match, newest first.</summary>
    public ImmutableArray<AuditEntry> Find(AuditQuery query) => Undisturbed(() => Walk(query));

    /// <summary>Walks over the whole log.</summary>
    public AuditVerdict Verify() => Undisturbed(() => Walk(oldest: KeptFiles));

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
    }

    private static string NameOf(int number) => number == 0 ? DocumentName : string.Create(CultureInfo.InvariantCulture, $"audit.{number}.jsonl");

    /// <summary>Walks again when the files moved on meanwhile: an entry would be met twice, or not at all.</summary>
    private T Undisturbed<T>(Func<T> walk)
    {
        while (true)
        {
            var moves = Volatile.Read(ref _moves);
            var result = walk();
            if (Volatile.Read(ref _moves) == moves)
            {
                return result;
            }
        }
    }

    private ImmutableArray<AuditEntry> Walk(AuditQuery query)
    {
        var found = ImmutableArray.CreateBuilder<AuditEntry>();
        for (var number = 0; number <= KeptFiles && found.Count < query.Limit; number++)
        {
            var entries = Read(NameOf(number));
            found.AddRange(Enumerable.Reverse(entries).Where(query.Matches).Take(query.Limit - found.Count));
            if (query.Since is { } since && !entries.IsEmpty && entries[0].At < since)
            {
                break;
            }
        }

        return found.ToImmutable();
    }

    /// <param name="oldest">The number of the file to begin with.</param>
    private AuditVerdict Walk(int oldest)
    {
        AuditEntry? before = null;
        long entries = 0;
        long first = 0;
        string? problem = null;
        for (var number = oldest; number >= 0; number--)
        {
            foreach (var line in Lines(NameOf(number)))
            {
                var entry = StateJson.ParseLine<AuditEntry>(line.Span);
                problem ??= entry is { Event: not null, Hash: not null } ? AuditChain.Check(before, entry) : $"a line after entry {before?.Sequence ?? 0} is no entry";
                if (entry is null)
                {
                    continue;
                }

                first = entries++ == 0 ? entry.Sequence : first;
                before = entry;
            }
        }

        return new AuditVerdict(entries, first, before?.Sequence ?? 0, before?.Hash ?? "", problem);
    }

    private async Task WriteAsync()
    {
        var batch = new List<AuditAppend>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var append))
            {
                batch.Add(append);
            }

            try
            {
                Append(batch);
                _problem = null;
                batch.ForEach(append => append.Written.TrySetResult());
            }
            catch (IOException exception)
            {
                _problem = exception.Message;
                batch.ForEach(append =>
                {
                    AuditMessages.NotRecorded(_logger, append.Event.Operation, append.Event.Target, append.Event.Actor, exception);
                    append.Written.TrySetException(exception);
                });
            }
        }
    }

    private void Append(List<AuditAppend> batch)
    {
        lock (_lock)
        {
            var last = _last;
            var lines = new List<byte>();
            foreach (var append in batch)
            {
                last = AuditChain.Follow(last, append.Event, _time.GetUtcNow());
                lines.AddRange(StateJson.ToLine(last));
            }

            var length = _state.Append(DocumentName, [.. lines]);
            _state.Sync(DocumentName);
            _last = last;
            if (length > _fileLimit)
            {
                _moves++;
                for (var number = KeptFiles - 1; number >= 0; number--)
                {
                    _state.Rename(NameOf(number), NameOf(number + 1));
                }
            }
        }
    }

    private void Load()
    {
        if (_state.Read(DocumentName) is { Length: > 0 } content && content[^1] != '\n')
        {
            // A crash cut the last line: what it said was acknowledged to nobody, and the next one starts afresh.
            _state.Write(DocumentName, content.AsSpan(0, content.AsSpan().LastIndexOf((byte)'\n') + 1));
        }

        var newest = Read(DocumentName);
        _last = (newest.IsEmpty ? Read(NameOf(1)) : newest).LastOrDefault();
        if (Walk(CheckedAtStart).Problem is { } problem)
        {
            AuditMessages.Broken(_logger, problem, (_last?.Sequence ?? 0) + 1);
        }
    }

    private ImmutableArray<AuditEntry> Read(string name) =>
        [.. Lines(name).Select(line => StateJson.ParseLine<AuditEntry>(line.Span)).OfType<AuditEntry>().Where(entry => entry is { Event: not null, Hash: not null })];

    private List<ReadOnlyMemory<byte>> Lines(string name)
    {
        ReadOnlyMemory<byte> content;
        lock (_lock)
        {
            content = _state.Read(name);
        }

        var lines = new List<ReadOnlyMemory<byte>>();
        foreach (var range in content.Span.Split((byte)'\n'))
        {
            if (!content[range].IsEmpty)
            {
                lines.Add(content[range]);
            }
        }

        return lines;
    }
}
