using Mesh.Client.Model;

namespace Mesh.Client.Health.Checks;

/// <summary>Asks an endpoint for its health over its own connections.</summary>
internal interface IHealthProber
{
    /// <param name="endpoint">Whom to ask.</param>
    /// <param name="policy">What to ask, and how.</param>
    /// <param name="cluster">The cluster's name: the authority where the probe names none.</param>
    /// <param name="cancellationToken">Ends the check: its time is over, or nobody wants to know any more.</param>
    /// <returns>What the endpoint said; failures to ask are results too. Only cancellation is thrown.</returns>
    Task<ProbeResult> ProbeAsync(IMonitoredEndpoint endpoint, HealthCheckPolicy policy, string cluster, CancellationToken cancellationToken);
}
