using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders;
using Mesh.Client.Xds.Decoders.Clusters;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Client.Xds.Decoders.Secrets;
using Mesh.Client.Xds.Decoders.Telemetry;
using Mesh.Client.Xds.Guards;
using Mesh.Client.Xds.Resources.Rules;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Envoy.Listener;
using Mesh.Protocol.Envoy.Tls;
using Mesh.Protocol.Extensions.Telemetry;
using Mesh.Protocol.Xds;
using Microsoft.Extensions.Logging;
using WireCluster = Mesh.Protocol.Envoy.Cluster.Cluster;
using WireRoutes = Mesh.Protocol.Envoy.Route.RouteConfiguration;

namespace Mesh.Client.Xds.Resources;

/// <summary>The resources of all types: the memory of a client.</summary>
internal sealed class ResourceTables
{
    /// <param name="certificateProviders">The bootstrap's, as they are when a cluster is decoded.</param>
    /// <param name="removals">Of listeners: whether so many may go at once.</param>
    /// <param name="logger">Tells of resources that were refused.</param>
    public ResourceTables(Func<ImmutableHashSet<string>> certificateProviders, RemovalGuard? removals, ILogger logger)
    {
        // A listener that goes takes its destination with it, if its server is believed: the service is no more. Everything else is only removed by mistake while it is referred to.
        Listeners = new(XdsTypeUrl.Listener, isComplete: true, diesWhenRemoved: true, static bytes => ListenerDecoder.Decode(Listener.Parser.ParseFrom(bytes)), logger) { Guard = removals };
        Routes = new(XdsTypeUrl.RouteConfiguration, isComplete: false, diesWhenRemoved: false, static bytes => RouteConfigurationDecoder.Decode(WireRoutes.Parser.ParseFrom(bytes)), logger);
        Clusters = new(XdsTypeUrl.Cluster, isComplete: true, diesWhenRemoved: false, bytes => ClusterDecoder.Decode(WireCluster.Parser.ParseFrom(bytes), certificateProviders()), logger);
        Endpoints = new(XdsTypeUrl.ClusterLoadAssignment, isComplete: false, diesWhenRemoved: false, static bytes => EndpointDecoder.Decode(ClusterLoadAssignment.Parser.ParseFrom(bytes)), logger);
        Secrets = new(XdsTypeUrl.Secret, isComplete: false, diesWhenRemoved: false, static bytes => SecretDecoder.Decode(Secret.Parser.ParseFrom(bytes)), logger);
        Telemetry = new(XdsTypeUrl.WorkloadTelemetry, isComplete: false, diesWhenRemoved: true, static bytes => TelemetryDecoder.Decode(WorkloadTelemetry.Parser.ParseFrom(bytes)), logger);
        All = [Secrets, Telemetry, Listeners, Routes, Clusters, Endpoints];
    }

    public TypedResourceTable<ListenerResource> Listeners { get; }

    public TypedResourceTable<RouteConfiguration> Routes { get; }

    public TypedResourceTable<ClusterResource> Clusters { get; }

    public TypedResourceTable<EndpointSet> Endpoints { get; }

    public TypedResourceTable<TrustResource> Secrets { get; }

    public TypedResourceTable<TelemetryResource> Telemetry { get; }

    public ImmutableArray<ResourceTable> All { get; }

    public DateTimeOffset? NextDeadline => All.Min(table => table.NextDeadline);

    public ResourceTable? Find(string typeUrl) => All.FirstOrDefault(table => table.TypeUrl == typeUrl);

    public void StopDeadlines()
    {
        foreach (var table in All)
        {
            table.StopDeadlines();
        }
    }

    public bool HasUnanswered => All.Any(table => table.HasUnanswered);

    /// <summary>Takes from the shelf what is needed and not known; whether there was any.</summary>
    public bool TakeShelved()
    {
        var taken = false;
        foreach (var table in All)
        {
            taken |= table.TakeShelved();
        }

        return taken;
    }

    /// <summary>Whether anything was given up.</summary>
    /// <param name="now">The time that counts.</param>
    /// <param name="silence">What the server's silence means.</param>
    /// <param name="answersForAll">The server says of every name that is asked for when there is none.</param>
    public bool Expire(DateTimeOffset now, Silence silence, bool answersForAll)
    {
        // Calls to what has no listener go out of the mesh, in plaintext: that must not come of a server that has stopped in the middle.
        var expired = Listeners.Expire(now, answersForAll && silence is Silence.Absent ? Silence.Unanswered : silence);
        foreach (var table in All.Where(table => table != Listeners))
        {
            expired |= table.Expire(now, silence);
        }

        return expired;
    }
}
