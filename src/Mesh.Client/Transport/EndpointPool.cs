using Microsoft.Extensions.Logging;

namespace Mesh.Client.Transport;

/// <summary>The connections to one endpoint: opened with the first request, closed when the endpoint is removed and its last request has ended.</summary>
/// <remarks>
/// A request that still holds an older configuration may come after that; it opens the pool again for itself, so removing an endpoint fails nobody.
/// </remarks>
internal sealed class EndpointPool(EndpointPoolKey key, EndpointConnector connector, IEndpointHandlerFactory handlers, TimeSpan drainTimeout, TimeProvider time, ILogger logger) : IDisposable
{
    // Added to _inFlight while there is no invoker: entering sees a negative number and takes the slow path.
    private const int Closed = int.MinValue / 2;

    /// <summary>After this a handler that was replaced is closed; a request that had just read it has handed itself over long before.</summary>
    private static readonly TimeSpan HandOver = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly DelayedSteps _later = new(time);
    private volatile HttpMessageInvoker? _invoker;
    private volatile bool _retired;
    private int _inFlight = Closed;

    // Guarded by _lock.
    private ITimer? _drain;

    public EndpointPoolKey Key => key;

    /// <summary>Opens connections for what is not HTTP; between <see cref="Enter"/> and <see cref="Leave"/>, as requests.</summary>
    public EndpointConnector Connector => connector;

    /// <summary>Requests that have entered and not left.</summary>
    public int InFlight => Math.Max(0, Volatile.Read(ref _inFlight));

    /// <summary>Whether connections can be open now.</summary>
    public bool IsOpen => _invoker is not null;

    /// <summary>Call before <see cref="SendAsync"/>; the pool stays open until the matching <see cref="Leave"/>.</summary>
    public void Enter()
    {
        if (Interlocked.Increment(ref _inFlight) < 0)
        {
            Open();
        }
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0 && _retired)
        {
            CloseIfIdle();
        }
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker!.SendAsync(request, cancellationToken);

    /// <summary>New requests go over new connections; those that are open take no more, and close behind the last request on them.</summary>
    /// <param name="doomed">Are cut after a while even then.</param>
    /// <param name="delay">For their requests to end.</param>
    public void Renew(EndpointConnection[] doomed, TimeSpan delay)
    {
        lock (_lock)
        {
            if (_invoker is { } old)
            {
                _invoker = new HttpMessageInvoker(handlers.Create(this));
                _later.Add(HandOver, old.Dispose);
            }
        }

        if (doomed.Length > 0)
        {
            _later.Add(delay, () => Array.ForEach(doomed, static connection => connection.Abort()));
        }
    }

    /// <summary>Nobody is to be sent here any more: close when idle, and at the latest after the drain timeout.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            _retired = true;
            CloseIfIdle();
            if (_invoker is not null)
            {
                _drain ??= time.CreateTimer(static pool => ((EndpointPool)pool!).EndDrain(), this, drainTimeout, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>The process ends: idle connections close now, busy ones with their request.</summary>
    public void Dispose()
    {
        connector.Renewal?.Dispose();
        _later.Dispose();
        lock (_lock)
        {
            _drain?.Dispose();
            _invoker?.Dispose();
        }
    }

    private void Open()
    {
        lock (_lock)
        {
            if (_invoker is null)
            {
                _invoker = new HttpMessageInvoker(handlers.Create(this));
                Interlocked.Add(ref _inFlight, -Closed);
            }
        }
    }

    private void CloseIfIdle()
    {
        lock (_lock)
        {
            if (Interlocked.CompareExchange(ref _inFlight, Closed, 0) != 0)
            {
                return;
            }

            // Responses that are still being read keep their connection: the handler closes it when it comes back.
            connector.Renewal?.Dispose();
            _invoker?.Dispose();
            _invoker = null;
            _drain?.Dispose();
            _drain = null;
        }
    }

    private void EndDrain()
    {
        TransportLog.DrainTimedOut(logger, key.Address, Volatile.Read(ref _inFlight), drainTimeout);
        connector.Abort();
    }
}
