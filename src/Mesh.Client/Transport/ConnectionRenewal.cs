using Mesh.Client.Transport.Tls;

namespace Mesh.Client.Transport;

/// <summary>Renews the connections to one peer of the mesh before what they were opened with ends: a certificate, their time, or the trust in the peer.</summary>
/// <remarks>Nothing fails by it: new requests go over new connections, and old connections close behind the last request on them.</remarks>
internal sealed class ConnectionRenewal(EndpointPool pool, RenewalTerms terms) : IDisposable
{
    /// <summary>The part of their time after which connections are renewed: what is under way can end in the rest of it.</summary>
    private const double RenewAfter = 0.9;

    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private ITimer? _timer;
    private DateTimeOffset _due = DateTimeOffset.MaxValue;

    /// <summary>A connection was opened: all of them are renewed when the time of the shortest is nearly over.</summary>
    public void Opened(PeerSession session)
    {
        var now = terms.Time.GetUtcNow();
        var left = session.Until - now;
        var longest = terms.MaxAge * (1 - (terms.Random.NextDouble() * (1 - RenewAfter)));
        var wait = left * RenewAfter < longest ? left * RenewAfter : longest;
        Schedule(now + (wait > Soonest ? wait : Soonest), now);
        if (!IsBelieved(session, now))
        {
            // Trust has changed while it was opened: it was not among the connections that were looked at then.
            TrustChanged();
        }
    }

    /// <summary>A certificate, root or revocation list of this process has changed.</summary>
    public void TrustChanged()
    {
        var connections = pool.Connector.Secured();
        if (connections.Length == 0)
        {
            return;
        }

        var (identity, now) = (terms.Identity, terms.Time.GetUtcNow());
        var distrusted = Array.FindAll(connections, connection => !IsBelieved(connection.Session!, now));
        if (distrusted.Length > 0)
        {
            TransportLog.PeerDistrusted(terms.Logger, pool.Key.Address, distrusted.Length, terms.CutDelay);
            pool.Renew(distrusted, terms.CutDelay);
        }
        else if (identity.Current is { } own && PeerSession.AuthorityOf(own) is var authority
            && Array.Exists(connections, connection => !connection.Session!.Authority.AsSpan().SequenceEqual(authority.AsSpan())))
        {
            // The peers will drop the old root one day; a new leaf of the same authority is for new connections alone.
            Renew("this process has a certificate of another authority");
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            (_timer, _due) = (null, DateTimeOffset.MaxValue);
        }
    }

    // What has merely run out is renewed by its time, and drains: it says nothing of the peer.
    private bool IsBelieved(PeerSession session, DateTimeOffset now) => session.IsBelieved(terms.Identity.Bundles, now < session.Until ? now : session.Until);

    private void Schedule(DateTimeOffset due, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (due >= _due)
            {
                return;
            }

            _due = due;
            _timer ??= terms.Time.CreateTimer(static renewal => ((ConnectionRenewal)renewal!).TimeIsOver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(due - now, Timeout.InfiniteTimeSpan);
        }
    }

    private void TimeIsOver()
    {
        lock (_lock)
        {
            _due = DateTimeOffset.MaxValue;
        }

        Renew("the time of their certificates, or their own, is nearly over");
    }

    private void Renew(string reason)
    {
        TransportLog.ConnectionsRenewed(terms.Logger, pool.Key.Address, reason);
        pool.Renew([], TimeSpan.Zero);
    }
}
