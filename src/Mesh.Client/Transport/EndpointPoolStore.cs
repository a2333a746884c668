using Mesh.Client.Transport.Tls;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Transport;

/// <summary>Holds one connection pool an endpoint for as long as a configuration names it.</summary>
/// <remarks>Requests hold the pools themselves; they come here only for an address that no configuration names (passthrough).</remarks>
internal sealed class EndpointPoolStore(IEndpointHandlerFactory handlers, TlsClients tls, TimeProvider time, ILogger<EndpointPoolStore> logger) : IDisposable
{
    /// <summary>How long requests to a removed endpoint may go on.</summary>
    public static readonly TimeSpan DrainTimeout = TimeSpan.FromMinutes(5);

    // Guarded by itself.
    private readonly Dictionary<EndpointPoolKey, Holding> _holdings = [];

    public EndpointPool Acquire(EndpointPoolKey key)
    {
        lock (_holdings)
        {
            if (!_holdings.TryGetValue(key, out var holding))
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
            var holding = _holdings[pool.Key];
            if (--holding.References == 0)
            {
                _holdings.Remove(pool.Key);
                pool.Retire();
            }
        }
    }

    public void Dispose()
    {
        foreach (var holding in _holdings.Values)
        {
            holding.Pool.Dispose();
        }
    }

    private EndpointPool Create(EndpointPoolKey key)
    {
        var connector = new EndpointConnector(key, key.Security is { } policy ? tls.Get(policy) : null, logger);
        return new EndpointPool(key, connector, handlers, DrainTimeout, time, logger);
    }

    private sealed class Holding(EndpointPool pool)
    {
        public EndpointPool Pool => pool;

        public int References { get; set; }
    }
}
