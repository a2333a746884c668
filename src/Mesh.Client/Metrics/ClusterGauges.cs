using System.Diagnostics.Metrics;
using Mesh.Client.Health;
using Mesh.Client.Health.Outliers;
using Mesh.Client.Identity;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Metrics;

/// <summary>What is observed of clusters and of the own identity when somebody collects: endpoints, limits, retry budgets, ejections, the end of the certificate.</summary>
internal static class ClusterGauges
{
    private const string Cluster = "cluster";

    /// <param name="meters">Where the instruments are.</param>
    /// <param name="directory">What is in force.</param>
    /// <param name="health">Counts ejections.</param>
    /// <param name="identity">Of this process.</param>
    /// <param name="time">The clock.</param>
    public static void Create(IMeterFactory meters, DestinationDirectory directory, HealthEvents health, IWorkloadIdentity identity, TimeProvider time)
    {
        var meter = meters.Create(MeshTelemetry.MeterName);
        meter.CreateObservableUpDownCounter("mesh.endpoints", () => directory.State.Clusters.SelectMany(Endpoints), "{endpoint}", "Endpoints of the clusters in use, by their standing.");
        meter.CreateObservableGauge(
            "mesh.circuit.open",
            () => directory.State.Clusters.SelectMany(cluster => new[]
            {
                Limit(cluster, "requests", cluster.Limits.Requests.IsFull), Limit(cluster, "pending", cluster.Limits.Pending.IsFull), Limit(cluster, "connections", cluster.Limits.Connections.IsFull),
            }),
            description: "1 while a cluster takes no more of something (Envoy's circuit breakers).");
        meter.CreateObservableGauge(
            "mesh.retry.budget.remaining",
            () => directory.State.Clusters.Select(cluster => new Measurement<int>(cluster.Retries.Remaining(cluster.CountActive()), new KeyValuePair<string, object?>(Cluster, cluster.Cluster.Name))),
            "{attempt}",
            "Retries that a cluster would allow now.");
        meter.CreateObservableCounter(
            "mesh.outlier.ejections",
            () => Enum.GetValues<EjectionReason>().Select(reason => new Measurement<long>(health.CountOf(reason), new KeyValuePair<string, object?>("reason", reason.ToString()))),
            "{ejection}",
            "Endpoints that were ejected, by why.");
        meter.CreateObservableGauge(
            "mesh.certificate.expiry",
            () => identity.Current is { } svid ? new[] { new Measurement<double>((svid.NotAfter - time.GetUtcNow()).TotalSeconds) } : [],
            "s",
            "Time until the certificate of this process ends; missing without one.");
    }

    private static Measurement<int> Limit(OutboundCluster cluster, string what, bool isFull) =>
        new(isFull ? 1 : 0, new(Cluster, cluster.Cluster.Name), new KeyValuePair<string, object?>("limit", what));

    private static IEnumerable<Measurement<int>> Endpoints(OutboundCluster cluster)
    {
        var (healthy, ejected, unhealthy) = (0, 0, 0);
        foreach (var endpoint in cluster.Endpoints)
        {
            (healthy, ejected, unhealthy) = endpoint.IsEjected ? (healthy, ejected + 1, unhealthy) : endpoint.IsHealthy ? (healthy + 1, ejected, unhealthy) : (healthy, ejected, unhealthy + 1);
        }

        yield return Of(healthy, "healthy");
        yield return Of(ejected, "ejected");
        yield return Of(unhealthy, "unhealthy");

        Measurement<int> Of(int count, string state) => new(count, new(Cluster, cluster.Cluster.Name), new KeyValuePair<string, object?>("state", state));
    }
}
