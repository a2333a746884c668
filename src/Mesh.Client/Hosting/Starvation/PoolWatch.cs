using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Hosting.Starvation;

/// <summary>Notices, on a thread of its own, that the thread pool begins nothing any more, tells of it, and adds threads for as long as that lasts (fault matrix F05, decision 0039).</summary>
internal sealed class PoolWatch(MeshThreadPoolOptions options, PoolPace pace, IWorkerPool pool, TimeProvider time, ILogger<PoolWatch> logger) : IHostedService, IDisposable
{
    // A pool that is starved again and again is told of once in this time.
    private static readonly TimeSpan BetweenMessages = TimeSpan.FromMinutes(1);

    // Run when it is to stop.
    private readonly PoolProbe _stop = new();

    // Owned by the thread.
    private long? _lastTold;
    private long _began;
    private int _punctual;
    private bool _told;
    private bool _exhausted;

    private volatile bool _isStarved;
    private volatile int _added;
    private bool _started;

    /// <summary>The pool begins nothing, or did not a moment ago: what seems slow now may be this process.</summary>
    public bool IsStarved => _isStarved;

    /// <summary>Threads by which the pool's minimum is raised now.</summary>
    public int Added => _added;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Watch && !_started)
        {
            _started = true;
            new Thread(Run) { IsBackground = true, Name = "mesh-pool" }.Start();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _stop.Run();

    private void Run()
    {
        while (!_stop.Wait(pace.Interval))
        {
            var probe = new PoolProbe();
            pool.Queue(probe.Run);

            // In halves: after a pause of the whole process (GC, a frozen container) the first is over at once, and the pool has not had its time yet.
            if (probe.Wait(options.Patience / 2) || probe.Wait(options.Patience / 2))
            {
                OnPunctual();
            }
            else
            {
                OnStarved(probe);
            }
        }

        pool.Return(this);
        _added = 0;
    }

    private void OnStarved(PoolProbe probe)
    {
        _punctual = 0;
        if (!_isStarved)
        {
            _began = time.GetTimestamp();
            _isStarved = true;
            Tell();
        }

        do
        {
            Raise();
        }
        while (!probe.Wait(pace.Step) && !_stop.Wait(TimeSpan.Zero));
    }

    private void OnPunctual()
    {
        _punctual++;
        if (_isStarved && _punctual >= pace.PunctualUntilOver)
        {
            _isStarved = false;
            if (_told)
            {
                StarvationLog.Recovered(logger, time.GetElapsedTime(_began), _added);
            }
        }

        if (_added > 0 && _punctual >= pace.PunctualUntilLowered)
        {
            pool.Return(this);
            (_added, _exhausted) = (0, false);
        }
    }

    private void Raise()
    {
        var added = options.MaxAddedThreads == 0 ? 0 : pool.Raise(this, pace.Threads, options.MaxAddedThreads);
        _added += added;
        if (added == 0 && options.MaxAddedThreads > 0 && !_exhausted)
        {
            _exhausted = true;
            StarvationLog.Exhausted(logger, _added);
        }
    }

    private void Tell()
    {
        _told = _lastTold is not { } last || time.GetElapsedTime(last) >= BetweenMessages;
        if (_told)
        {
            _lastTold = time.GetTimestamp();
            var (threads, waiting) = pool.Load;
            StarvationLog.Starved(logger, options.Patience, threads, waiting, options.MaxAddedThreads);
        }
    }
}
