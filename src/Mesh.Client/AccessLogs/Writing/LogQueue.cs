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

    // Immutable.
    private readonly int _capacity;
    private readonly int _maxLength;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly Counter<long>? _dropped;

    private readonly ConcurrentQueue<(ILogDestination Destination, LogText Text)> _waiting = new();
    private readonly ConcurrentQueue<LogText> _spare = new();
    private readonly Lock _writing = new();
    private readonly ITimer _timer;
    private int _count;
    private int _isScheduled;
    private long _droppedCount;

    public LogQueue(MeshAccessLogOptions options, IMeterFactory? meters, TimeProvider time)
    {
        (_capacity, _maxLength, _interval, _time) = (options.QueueLength, options.MaxLength, options.FlushInterval, time);
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
        var count = Interlocked.Increment(ref _count);
        if (count > _capacity)
        {
            Interlocked.Decrement(ref _count);
            Drop();
            Recycle(text);
            return;
        }

        _waiting.Enqueue((destination, text));
        if (count == Batch)
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
                Interlocked.Decrement(ref _count);
                entry.Destination.Write(entry.Text.Span);
                touched.Add(entry.Destination);
                Recycle(entry.Text);
            }

            foreach (var destination in touched)
            {
                destination.Flush();
            }
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        Write();
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
