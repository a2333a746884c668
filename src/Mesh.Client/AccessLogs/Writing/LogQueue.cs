using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Mesh.Client.AccessLogs.Formats;

namespace Mesh.Client.AccessLogs.Writing;

/// <summary>Takes lines off the way of requests: they wait in a bounded queue and are written by nobody's request, now and then or when many have come together.</summary>
/// <remarks>A line that finds the queue full is dropped and counted; requests never wait for logs.</remarks>
internal sealed class LogQueue : IDisposable
{
    /// <summary>So many lines are written at once, whatever the time.</summary>
    private const int Batch = 512;

    /// <summary>So many lines' memory is kept for later ones.</summary>
    private const int MaxSpare = 4 * Batch;

    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(2);

    // Immutable.
    private readonly int _capacity;
    private readonly int _maxLength;
    private readonly int _maxSize;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly Counter<long>? _dropped;

    private readonly ConcurrentQueue<(ILogDestination Destination, LogText Text)> _waiting = new();
    private readonly ConcurrentQueue<LogText> _spare = new();
    private readonly Lock _writing = new();
    private readonly ITimer _timer;
    private int _count;
    private long _size;
    private int _isScheduled;
    private int _isAsked;
    private long _droppedCount;

    // Of the one thread that ends the process.
    private Thread? _last;

    public LogQueue(MeshAccessLogOptions options, IMeterFactory? meters, TimeProvider time)
    {
        (_capacity, _maxLength, _maxSize, _interval, _time) = (options.QueueLength, options.MaxLength, options.QueueSize, options.FlushInterval, time);
        _dropped = meters?.Create(Telemetry.MeshTelemetry.MeterName).CreateCounter<long>(
            "mesh.access_log.dropped", "{entry}", "Access log entries that were dropped because they could not be written as fast as requests came.");
        _timer = time.CreateTimer(static queue => ((LogQueue)queue!).Write(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Entries that were dropped since the process began.</summary>
    public long Dropped => Interlocked.Read(ref _droppedCount);

    /// <summary>Memory for a line; give it back with <see cref="Add"/>.</summary>
    public LogText Rent() => _spare.TryDequeue(out var text) ? text : new LogText(_maxLength);

    public void Add(ILogDestination destination, LogText text)
    {
        // Callers choose how long an entry is, by their paths and headers: a bound on the number alone would be one of hundreds of megabytes.
        var count = Interlocked.Increment(ref _count);
        if (Interlocked.Add(ref _size, text.Size) > _maxSize || count > _capacity)
        {
            Leave(text);
            Drop();
            Recycle(text);
            return;
        }

        _waiting.Enqueue((destination, text));
        if (count == Batch && Interlocked.Exchange(ref _isAsked, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.Write(), this, preferLocal: false);
        }
        else if (Volatile.Read(ref _isScheduled) == 0 && Interlocked.Exchange(ref _isScheduled, 1) == 0)
        {
            _timer.Change(_interval, Timeout.InfiniteTimeSpan);
        }
    }

    public void Drop()
    {
        Interlocked.Increment(ref _droppedCount);
        _dropped?.Add(1);
    }

    /// <summary>Writes what waits.</summary>
    public void Write()
    {
        lock (_writing)
        {
            Volatile.Write(ref _isScheduled, 0);
            var touched = new HashSet<ILogDestination>(ReferenceEqualityComparer.Instance);
            while (_waiting.TryDequeue(out var entry))
            {
                Tell(entry.Destination, entry.Text);
                touched.Add(entry.Destination);
                Leave(entry.Text);
                Recycle(entry.Text);
            }

            foreach (var destination in touched)
            {
                Tell(destination, text: null);
            }

            // Not before: lines that come as fast as they are written would have one thread of the pool after the other wait for this one.
            Volatile.Write(ref _isAsked, 0);
        }
    }

    /// <summary>Writes what still waits; false when a destination stands still, such as a pipe that nobody reads: it is left to the end of the process, and must not be touched.</summary>
    public bool TryFinish()
    {
        _timer.Dispose();
        if (_last is not null)
        {
            return !_last.IsAlive;
        }

        _last = new Thread(Write) { IsBackground = true, Name = "mesh-access-logs" };
        _last.Start();
        return _last.Join(LongestFarewell);
    }

    public void Dispose() => TryFinish();

    /// <summary>A line; without one, that none follows for a while.</summary>
    private void Tell(ILogDestination destination, LogText? text)
    {
        try
        {
            if (text is null)
            {
                destination.Flush();
            }
            else
            {
                destination.Write(text.Span);
            }
        }
        catch (Exception)
        {
            // Loggers are the application's: they may fail, or be gone already. On a thread that is nobody's that would be the end of the process.
            Drop();
        }
    }

    private void Leave(LogText text)
    {
        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _size, -text.Size);
    }

    private void Recycle(LogText text)
    {
        if (!text.IsLarge && _spare.Count < MaxSpare)
        {
            text.Clear();
            _spare.Enqueue(text);
        }
    }
}
