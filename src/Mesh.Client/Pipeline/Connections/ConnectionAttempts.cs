using Mesh.Client.LoadBalancing;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Hashing;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Propagation;
using Mesh.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Pipeline.Connections;

/// <summary>Stage: tries endpoints of a cluster until one accepts the connection.</summary>
internal sealed class ConnectionAttempts(ConnectionDialer dialer, TimeProvider time, Random random, ILogger<ConnectionAttempts> logger, IConnectionSink? sink = null)
{
    /// <summary>Istio's number of picks for a retry that is not to meet an endpoint again.</summary>
    private const int MaxReselections = 5;

    /// <param name="authority">Whom the connection is for.</param>
    /// <param name="original">The address that it names itself, for a cluster that passes connections through.</param>
    /// <param name="cluster">Where it was routed to.</param>
    /// <param name="route">How often to try, and how long the connection may live.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="MeshConnectException">None accepted.</exception>
    public async ValueTask<Stream> OpenAsync(
        Authority authority, EndpointAddress original, OutboundCluster cluster, TcpRoute route, CancellationToken cancellationToken)
    {
        ulong? hash = route.HashesSourceAddress ? SourceAddressHash.Own : null;
        PreviousAttempts? previous = null;
        for (var attempt = 1; ; attempt++)
        {
            if (cluster.EnterConnection(new PickContext(hash, previous, Original: original, Lane: cluster.LaneOf(CallContext.Current))) is not { } endpoint)
            {
                sink?.Refuse(cluster.Peer, ResponseFlags.NoHealthyUpstream);
                throw ConnectionRefusal.NoHealthyUpstream(authority, cluster.Cluster);
            }

            // Envoy does not let raw connections wait for one another: what is too much fails at once.
            if (!cluster.Limits.Connections.TryEnter())
            {
                endpoint.Leave();
                sink?.Refuse(endpoint.Peer, ResponseFlags.UpstreamOverflow);
                throw ConnectionRefusal.Overflow(cluster.Cluster);
            }

            var started = time.GetTimestamp();
            try
            {
                var connection = await dialer.DialAsync(endpoint.Pool.Connector, authority.Host, cancellationToken).ConfigureAwait(false);
                Report(endpoint, LocalOrigin.None, started);
                return new RoutedStream(connection, cluster.Cluster.Name, endpoint, end => ConnectionLifetime.Start(time, route.IdleTimeout, MaxDuration(route), end), sink?.Open(endpoint.Peer, endpoint.Pool.Connector.PeerId));
            }
            catch (Exception exception)
            {
                endpoint.LeaveConnection();
                Report(endpoint, Classify(exception, cancellationToken), started);
                if (cancellationToken.IsCancellationRequested)
                {
                    throw;
                }

                ConnectionLog.AttemptFailed(logger, endpoint.Address, cluster.Cluster.Name, attempt, route.MaxConnectAttempts, exception.Message);
                if (attempt >= route.MaxConnectAttempts)
                {
                    sink?.Refuse(endpoint.Peer, ResponseFlags.UpstreamConnectionFailure);
                    throw ConnectionRefusal.ConnectFailed(cluster.Cluster, attempt, endpoint.Address, exception);
                }
            }

            previous ??= new PreviousAttempts { MaxReselections = MaxReselections };
            previous.Add(endpoint);
            if (route.BackoffBase > TimeSpan.Zero)
            {
                await Task.Delay(Backoff(route, attempt), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void Report(OutboundEndpoint endpoint, LocalOrigin origin, long started) =>
        endpoint.Report(new AttemptOutcome(HttpStatus: 0, AttemptOutcome.NoGrpcStatus, origin, time.GetElapsedTime(started)));

    private static LocalOrigin Classify(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        _ when cancellationToken.IsCancellationRequested => LocalOrigin.CallerGone,
        TimeoutException => LocalOrigin.ConnectTimeout,
        _ => LocalOrigin.ConnectFailure,
    };

    /// <summary>Envoy's jittered exponential backoff: anything up to the base times 2^n - 1, no more than the longest.</summary>
    private TimeSpan Backoff(TcpRoute route, int attempt)
    {
        var ceiling = Math.Min(route.BackoffBase.TotalMilliseconds * (Math.Pow(2, Math.Min(attempt, 30)) - 1), route.BackoffMax.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(random.NextDouble() * ceiling);
    }

    private TimeSpan? MaxDuration(TcpRoute route) =>
        route is { MaxDuration: { } duration, MaxDurationJitter: > 0 and var jitter } ? duration * (1 + (random.NextDouble() * jitter)) : route.MaxDuration;
}
