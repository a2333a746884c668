using System.Globalization;
using Mesh.Client.Fallback;
using Mesh.Client.Hosting.Registration;
using Mesh.Client.Hosting.Starvation;
using Mesh.Client.Identity;
using Mesh.Client.Xds;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mesh.Client.Hosting.FailStatic;

/// <summary>The health check <c>mesh</c> (tag <c>ready</c>): unhealthy only where calls, or callers, have nothing to go by; degraded while something holds that is not the newest word of a control plane.</summary>
internal sealed class MeshHealthCheck(XdsClient client, ConditionMonitor monitor, InboundPolicy inbound, IWorkloadIdentity identity, WorkloadAnnouncer announcer, PoolWatch pool, TimeProvider time) : IHealthCheck
{
    public const string Name = "mesh";
    public const string ReadyTag = "ready";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var condition = monitor.Current;
        var (status, description) = Judge(condition);
        return Task.FromResult(new HealthCheckResult(status, description, data: Describe(condition)));
    }

    private (HealthStatus Status, string Description) Judge(MeshCondition condition)
    {
        if (announcer.IsDraining)
        {
            return (HealthStatus.Unhealthy, "the process stops");
        }

        if (identity is { IsConfigured: true, Current: null })
        {
            return (HealthStatus.Unhealthy, $"no certificate: {identity.Problem}");
        }

        if (condition.Rung is FallbackRung.None)
        {
            return (HealthStatus.Unhealthy, $"no configuration: {condition.Reason}");
        }

        if (inbound.Current is { Watched.Count: > 0, Ports.Count: 0 } && identity.IsConfigured && condition.Rung is not FallbackRung.Direct)
        {
            // A first configuration that is empty is none: callers would be turned away (istio#49929).
            return (HealthStatus.Unhealthy, "the control plane has said nothing of the ports of this process yet");
        }

        return condition switch
        {
            { Rung: not FallbackRung.Live } => (HealthStatus.Degraded, $"{condition.Rung} since {condition.Since.UtcDateTime:u}: {condition.Reason}"),
            _ when client.HeldClusters is > 0 and var held => (HealthStatus.Degraded, $"{held} clusters keep endpoints that the control plane has taken away (Mesh:Fallback:Guard)"),
            _ when client.HeldListeners is > 0 and var kept => (HealthStatus.Degraded, $"{kept} listeners stay that the control plane has removed (Mesh:Fallback:Guard)"),
            { AmbientErrors: > 0 } => (HealthStatus.Degraded, $"{condition.AmbientErrors} destinations have an error in their newest configuration"),
            _ => (HealthStatus.Healthy, condition.Reason),
        };
    }

    private Dictionary<string, object> Describe(MeshCondition condition) => new(StringComparer.Ordinal)
    {
        ["mode"] = FallbackMeter.NameOf(condition.Rung),
        ["since"] = condition.Since.ToString("O", CultureInfo.InvariantCulture),
        ["connected"] = condition.IsConnected,
        ["configAgeSeconds"] = Math.Round(condition.AgeAt(time.GetUtcNow()).TotalSeconds),
        ["destinations"] = condition.Destinations,
        ["destinationsByMode"] = condition.Rungs.ToDictionary(rung => FallbackMeter.NameOf(rung.Key), rung => rung.Value),
        ["ambientErrors"] = condition.AmbientErrors,
        ["heldClusters"] = client.HeldClusters,
        ["heldListeners"] = client.HeldListeners,
        ["threadPool"] = pool.IsStarved ? "starved" : "ok",
        ["addedThreads"] = pool.Added,
    };
}
