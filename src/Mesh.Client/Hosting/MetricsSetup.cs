using System.Diagnostics.Metrics;
using Mesh.Client.Health;
using Mesh.Client.Hosting.Registration;
using Mesh.Client.Hosting.Starvation;
using Mesh.Client.Identity;
using Mesh.Client.Metrics;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Reports;
using Mesh.Protocol.Xds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Hosting;

/// <summary>Puts the parts of metrics together.</summary>
internal static class MetricsSetup
{
    // istiod's, for what says nothing of itself.
    private const string NoRevision = "latest";

    public static void Add(IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<TrafficRules>();
        services.AddSingleton(provider => new TrafficMeter(provider.GetService<IMeterFactory>(), Options(provider).Telemetry.MaxSeries, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => CreateLocal(provider.GetRequiredService<Workload>(), provider.GetService<IWorkloadIdentity>()));
        services.AddSingleton(provider => new AttemptCounts(provider.GetService<IMeterFactory>()));
        services.AddSingleton<CallMetrics>();
        services.AddSingleton<GrpcCallMetrics>();
        services.AddSingleton<XdsMeter>();
        services.AddHostedService<MetricsService>();
        services.AddSingleton<ConnectionMetrics>();
    }

    /// <summary>Of all sinks that are registered, and of the metrics of calls unless they are off.</summary>
    public static CallReporter? CreateReporter(IServiceProvider provider)
    {
        var options = Options(provider).Telemetry;
        var sinks = provider.GetServices<ICallSink>();
        if (options.EnrichHttpClientMetrics)
        {
            sinks = sinks.Append(new HttpMetricsTags());
        }

        return CallReporter.Create(
            options.Metrics ? sinks.Prepend(provider.GetRequiredService<GrpcCallMetrics>()).Prepend(provider.GetRequiredService<CallMetrics>()) : sinks,
            provider.GetRequiredService<TimeProvider>(),
            options.SendPeerMetadata ? CreateIdentity(provider.GetRequiredService<Workload>(), provider.GetRequiredService<LocalWorkload>().Workload) : null);
    }

    /// <summary>Makes what is observed; once, when the process starts.</summary>
    public static void Observe(IServiceProvider provider)
    {
        if (Options(provider).Telemetry.Metrics && provider.GetService<IMeterFactory>() is { } meters)
        {
            provider.GetRequiredService<XdsMeter>();
            PoolMeter.Create(meters, provider.GetRequiredService<PoolWatch>());
            ClusterGauges.Create(
                meters,
                provider.GetRequiredService<DestinationDirectory>(),
                provider.GetRequiredService<HealthEvents>(),
                provider.GetRequiredService<IWorkloadIdentity>(),
                provider.GetRequiredService<TimeProvider>());
        }
    }

    /// <summary>Null when metrics are off.</summary>
    public static IConnectionSink? ConnectionSink(IServiceProvider provider) => Options(provider).Telemetry.Metrics ? provider.GetRequiredService<ConnectionMetrics>() : null;

    private static LocalWorkload CreateLocal(Workload workload, IWorkloadIdentity? identity)
    {
        var options = workload.Options;
        var service = options.Service ?? "";
        return new LocalWorkload(
            new WorkloadReference
            {
                Name = workload.Owner,
                Namespace = options.Namespace,
                CanonicalService = FirstLabel(options, "service.istio.io/canonical-name", "app.kubernetes.io/name", "app") ?? workload.Owner,
                CanonicalRevision = FirstLabel(options, "service.istio.io/canonical-revision", "app.kubernetes.io/version", "version") ?? NoRevision,
                App = FirstLabel(options, "app") ?? "",
                Version = FirstLabel(options, "version") ?? "",
            },
            new ServiceReference($"{service}.{options.Namespace}.svc.cluster.local", service, options.Namespace),
            identity);
    }

    private static PeerIdentity CreateIdentity(Workload workload, WorkloadReference local) => new(
        new PeerMetadata
        {
            Name = workload.Name,
            Namespace = local.Namespace,
            Workload = local.Name,
            App = local.App,
            Version = local.Version,
            CanonicalName = local.CanonicalService,
            CanonicalRevision = local.CanonicalRevision,
        }.Encode(),
        workload.NodeId);

    private static string? FirstLabel(MeshOptions options, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (options.Labels.TryGetValue(name, out var value) && value.Length > 0)
            {
                return value;
            }
        }

        return null;
    }

    private static MeshOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<MeshOptions>>().Value;
}
