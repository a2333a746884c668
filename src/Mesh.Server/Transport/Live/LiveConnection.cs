using System.Net;
using Mesh.Protocol.Spiffe;
using Mesh.Server.Transport.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Mesh.Server.Transport.Live;

/// <summary>One open connection: ends when its peer's certificate does, and when it is told to.</summary>
internal sealed class LiveConnection : IDisposable
{
    /// <summary>How long a connection that has to go may still answer what it has received.</summary>
    public static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    /// <summary>A peer shows its certificate again after this at the latest, or after a tenth less: those that came together shall not come back together.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    private const double AgeJitter = 0.1;

    // Half of what clients of the mesh leave: they renew first, so that none meets a connection that closes under its request.
    private const double ShareLeftToEnd = 0.05;

    // Certificates end by the clock on the wall, timers run by another: a machine that slept is found out.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly ConnectionContext _context;
    private readonly LiveConnections _owner;
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly DateTimeOffset _endAt = DateTimeOffset.MaxValue;
    private DateTimeOffset _abortAt = DateTimeOffset.MaxValue;
    private ITimer? _timer;
    private bool _isEnding;
    private bool _isGone;

    /// <param name="owner">Gives the clock, and hears of the end.</param>
    /// <param name="context">The connection.</param>
    /// <param name="local">Where it came in.</param>
    /// <param name="isEncrypted">Whether it is TLS, whoever ends it.</param>
    /// <param name="peer">Null without mutual TLS of the mesh.</param>
    public LiveConnection(LiveConnections owner, ConnectionContext context, IPEndPoint local, bool isEncrypted, PeerCertificate? peer)
    {
        (_owner, _context, Local, IsEncrypted, Peer) = (owner, context, local, isEncrypted, peer);
        if (peer is null)
        {
            return;
        }

        // Of what is left now, not of the whole life: certificates are dated back by minutes, and may live for seconds.
        var now = owner.Time.GetUtcNow();
        var share = (peer.ValidUntil - now) * ShareLeftToEnd;
        var end = peer.ValidUntil - (share < EndLimit ? share : EndLimit);
        var age = now + (MaxAge * (1 - (AgeJitter * owner.Random.NextDouble())));
        (_endAt, _abortAt) = (age < end ? age : end, peer.ValidUntil);
        lock (_lock)
        {
            Arm();
        }
    }

    public IPEndPoint Local { get; }

    public bool IsEncrypted { get; }

    public PeerCertificate? Peer { get; }

    /// <summary>Ends it in good order: what was received is answered, HTTP/2 sends GOAWAY.</summary>
    /// <param name="reason">One of <see cref="RefusalReasons"/>.</param>
    /// <param name="detail">For operators.</param>
    /// <param name="limit">What takes longer is cut off; null when only the end of the certificate cuts it off.</param>
    public void End(string reason, string detail, TimeSpan? limit)
    {
        lock (_lock)
        {
            if (_isGone || _isEnding)
            {
                return;
            }

            _isEnding = true;
            if (limit is { } span && _owner.Time.GetUtcNow() + span is var cut && cut < _abortAt)
            {
                _abortAt = cut;
            }

            Arm();
        }

        _owner.Tell(_context, reason, detail);
        _context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
    }

    /// <summary>Ends it at once.</summary>
    public void Abort(string reason, string? detail)
    {
        lock (_lock)
        {
            if (_isGone)
            {
                return;
            }

            _isGone = true;
        }

        _owner.Tell(_context, reason, detail);
        _context.Abort(new ConnectionAbortedException($"the mesh ended the connection: {reason}"));
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isGone = true;
            _timer?.Dispose();
        }
    }

    private void OnTimer()
    {
        var now = _owner.Time.GetUtcNow();
        bool isOver, isOld;
        lock (_lock)
        {
            (isOver, isOld) = (now >= _abortAt, now >= _endAt && !_isEnding);
            if (!isOver && !isOld && !_isGone)
            {
                Arm();
            }
        }

        if (isOver && Peer is { } peer && now >= peer.ValidUntil)
        {
            Abort(SvidReasons.Expired, "The peer's certificate has ended");
        }
        else if (isOver)
        {
            Abort(RefusalReasons.EndedLate, "It did not end in good order in time");
        }
        else if (isOld)
        {
            End(RefusalReasons.Age, "The peer shows its certificate again with the next connection", limit: null);
        }
    }

    /// <summary>Sets the timer to what comes next. Called under the lock.</summary>
    private void Arm()
    {
        var next = _isEnding ? _abortAt : _endAt;
        if (next == DateTimeOffset.MaxValue)
        {
            return;
        }

        var wait = next - _owner.Time.GetUtcNow();
        _timer ??= _owner.Time.CreateTimer(static state => ((LiveConnection)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait <= TimeSpan.Zero ? TimeSpan.FromTicks(1) : wait < LongestWait ? wait : LongestWait, Timeout.InfiniteTimeSpan);
    }
}
