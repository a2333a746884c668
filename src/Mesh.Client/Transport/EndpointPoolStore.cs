using System.Collections.Frozen;
using Mesh.Client.Model;
using Mesh.Client.Transport.Tls;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Transport;

/// <summary>Holds one connection pool an endpoint for as long as a configuration names it.</summary>
/// <remarks>Requests hold the pools themselves; they come here only for an address that no configuration names (passthrough).</remarks>
internal sealed class EndpointPoolStore : IDisposable
{
    /// <summary>How long requests to a removed endpoint may go on.</summary>
    public static readonly TimeSpan DrainTimeout = TimeSpan.FromMinutes(5);

    private readonly IEndpointHandlerFactory _handlers;
    private readonly TlsClients _tls;
    private readonly RenewalTerms _renewal;
    private readonly ILogger _logger;

    // Guarded by itself.
    private readonly Dictionary<EndpointPoolKey, Holding> _holdings = [];

    public EndpointPoolStore(IEndpointHandlerFactory handlers, TlsClients tls, RenewalTerms renewal, ILogger<EndpointPoolStore> logger)
    {
        (_handlers, _tls, _renewal, _logger) = (handlers, tls, renewal, logger);
        renewal.Identity.Changed += TrustChanged;
    }

    /// <summary>From now on handshakes show and believe these.</summary>
    public void UseSecrets(FrozenDictionary<string, DeliveredSecret> secrets) => _tls.Sources.Secrets.Publish(secrets);

    /// <param name="key">What the connections are to be.</param>
    /// <param name="former">Of the same endpoint before: goes on when all that is new is that it has several addresses now, and nobody else holds it.</param>
    public EndpointPool Acquire(EndpointPoolKey key, EndpointPool? former = null)
    {
        lock (_holdings)
        {
            if (!_holdings.TryGetValue(key, out var holding) && (holding = Adopt(key, former)) is null)
            {
                _holdings[key] = holding = new Holding(Create(key));
            }

            holding.References++;
            return holding.Pool;
        }
    }

    public void Release(EndpointPool pool)
    {
        lock (_holdings)
        {
            var key = KeyNow(pool);
            var holding = _holdings[key];
            if (--holding.References == 0)
            {
                _holdings.Remove(key);
                pool.Retire();
            }
        }
    }

    public void Dispose()
    {
        _renewal.Identity.Changed -= TrustChanged;
        foreach (var holding in _holdings.Values)
        {
            holding.Pool.Dispose();
        }
    }

    private static EndpointPoolKey KeyNow(EndpointPool pool) => pool.Key with { Addresses = pool.Connector.Addresses };

    private Holding? Adopt(EndpointPoolKey key, EndpointPool? former)
    {
        if (key.Addresses is null || former?.Connector.Addresses is not null || former?.Key != key with { Addresses = null }
            || !_holdings.TryGetValue(former.Key, out var holding) || holding.References != 1)
        {
            return null;
        }

        _holdings.Remove(former.Key);
        former.Connector.Addresses = key.Addresses;
        return _holdings[key] = holding;
    }

    private EndpointPool Create(EndpointPoolKey key)
    {
        var connector = new EndpointConnector(key, key.Security is { } policy ? _tls.Get(policy) : null, _renewal.Time, _logger);
        var pool = new EndpointPool(key, connector, _handlers, DrainTimeout, _renewal.Time, _logger);
        connector.Renewal = key.Security is { IsMesh: true } ? new ConnectionRenewal(pool, _renewal) : null;
        return pool;
    }

    // Verifying every peer again takes its time, and the identity has others to tell.
    private void TrustChanged() => ThreadPool.QueueUserWorkItem(static store => store.RenewAll(), this, preferLocal: false);

    private void RenewAll()
    {
        ConnectionRenewal[] renewals;
        lock (_holdings)
        {
            renewals = [.. _holdings.Values.Select(holding => holding.Pool.Connector.Renewal).OfType<ConnectionRenewal>()];
        }

        Array.ForEach(renewals, static renewal => renewal.TrustChanged());
    }

    private sealed class Holding(EndpointPool pool)
    {
        public EndpointPool Pool => pool;

        public int References { get; set; }
    }
}
