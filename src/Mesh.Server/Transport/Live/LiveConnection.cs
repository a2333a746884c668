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
    private const double ShareLeftToEnd = 0.1;

    // Certificates end by the clock on the wall, timers run by another: a machine that slept is found out.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly ConnectionContext _context;
    private readonly LiveConnections _owner;
    private readonly Lock _lock = new();
    private readonly ITimer? _timer;
    private readonly DateTimeOffset _endAt = DateTimeOffset.MaxValue;

    // Guarded by _lock.
    private DateTimeOffset _abortAt = DateTimeOffset.MaxValue;
    private ITimer? _abortTimer;
    private bool _isEnding;
    private bool _isGone;

    public LiveConnection(LiveConnections owner, ConnectionContext context, IPEndPoint local, bool isEncrypted, PeerCertificate? peer)
    {
        (_owner, _context, Local, IsEncrypted, Peer) = (owner, context, local, isEncrypted, peer);
        if (peer is null)
        {
            return;
        }

        var now = owner.Time.GetUtcNow();
        var tenth = (peer.ValidUntil - peer.ValidFrom) * ShareLeftToEnd;
        var age = now + (MaxAge * (1 - (AgeJitter * owner.Random.NextDouble())));
        var end = peer.ValidUntil - (tenth < EndLimit ? tenth : EndLimit);
        (_endAt, _abortAt) = (age < end ? age : end, peer.ValidUntil);
        _timer = owner.Time.CreateTimer(static state => ((LiveConnection)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Arm(_timer, _endAt - now);
    }

    public IPEndPoint Local { get; }

    /// <summary>Whether it is TLS, whoever ends it.</summary>
    public bool IsEncrypted { get; }

    /// <summary>Null without mutual TLS of the mesh.</summary>
    public PeerCertificate? Peer { get; }

    /// <summary>Ends it in good order: what was received is answered, HTTP/2 sends GOAWAY; what takes too long is cut off.</summary>
    public void End(string reason, string? detail, TimeSpan? limit = null)
    {
        lock (_lock)
        {
            if (_isGone || (_isEnding && limit is null))
            {
                return;
            }

            if (limit is { } span)
            {
                var now = _owner.Time.GetUtcNow();
                _abortAt = _abortAt < now + span ? _abortAt : now + span;
                _abortTimer ??= _owner.Time.CreateTimer(static state => ((LiveConnection)state!).OnTimer(), this, span, Timeout.InfiniteTimeSpan);
            }

            if (_isEnding)
            {
                return;
            }

            _isEnding = true;
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
            _abortTimer?.Dispose();
        }
    }

    private void OnTimer()
    {
        var now = _owner.Time.GetUtcNow();
        DateTimeOffset abortAt;
        bool isEnding;
        lock (_lock)
        {
            (abortAt, isEnding) = (_abortAt, _isEnding);
        }

        if (now >= abortAt)
        {
            var expired = Peer is { } peer && now >= peer.ValidUntil;
            Abort(expired ? SvidReasons.Expired : RefusalReasons.Age, expired ? "The peer's certificate has ended" : "It had not ended by itself in time");
            return;
        }

        if (now >= _endAt && !isEnding)
        {
            End(RefusalReasons.Age, "The peer shows its certificate again with the next connection");
        }

        lock (_lock)
        {
            if (!_isGone && _timer is not null)
            {
                Arm(_timer, (_isEnding ? _abortAt : _endAt) - now);
            }
        }
    }

    private static void Arm(ITimer timer, TimeSpan wait) =>
        timer.Change(wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait, Timeout.InfiniteTimeSpan);
}
