using Mesh.Client.Health;
using Mesh.Client.Health.Checks;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;

namespace Mesh.Client.Pipeline.HealthChecks;

/// <summary>Sends health checks: over the endpoint's own connections, so that what is checked is the way that requests take.</summary>
internal sealed class HealthProber : IHealthProber
{
    public async Task<ProbeResult> ProbeAsync(IMonitoredEndpoint endpoint, HealthCheckPolicy policy, string cluster, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync((OutboundEndpoint)endpoint, policy, cluster, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            // Whatever went wrong on the way: the endpoint has not said that it is well.
            return ProbeResult.NoAnswer((exception.InnerException ?? exception).Message);
        }
    }

    private static Task<ProbeResult> SendAsync(OutboundEndpoint endpoint, HealthCheckPolicy policy, string cluster, CancellationToken cancellationToken) =>
        policy.Probe switch
        {
            HttpHealthProbe probe => HttpProbe.SendAsync(endpoint, probe, ProbeAuthority.Of(probe.Host, cluster), policy.ReuseConnection, cancellationToken),
            GrpcHealthProbe probe => GrpcProbe.SendAsync(endpoint, probe, ProbeAuthority.Of(probe.Authority, cluster), cancellationToken),
            TcpHealthProbe probe => TcpProbe.SendAsync(endpoint.Pool.Connector, probe, cancellationToken),
            _ => throw new NotSupportedException($"No health check of kind {policy.Probe.GetType().Name} is known."),
        };
}
