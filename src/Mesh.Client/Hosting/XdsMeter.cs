using System.Diagnostics.Metrics;
using Mesh.Client.Telemetry;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Dumps;

namespace Mesh.Client.Hosting;

/// <summary>The xDS client as measurements: gRPC's own (gRFC A78, <c>grpc.xds_client.*</c>) and <c>mesh.xds.updates</c>.</summary>
internal sealed class XdsMeter
{
    private const string Server = "grpc.xds.server";
    private const string ResourceType = "grpc.xds.resource_type";
    private const string Authority = "grpc.xds.authority";
    private const string State = "grpc.xds.cache_state";

    // A78 has "#old" for names that are not xdstp:; ours are all.
    private const string OldAuthority = "#old";

    /// <summary>Whoever collects does not wait longer for the client's own queue.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    // A78 tells clients apart by the channel they belong to: here one client serves them all.
    private static readonly KeyValuePair<string, object?> Target = new("grpc.target", "#process");

    private readonly XdsClient _client;
    private readonly Counter<long> _failures;
    private volatile XdsConnectionStatus _last;

    // What was told last, when the client is busy.
    private volatile IReadOnlyList<ResourceState> _resources = [];

    public XdsMeter(IMeterFactory meters, XdsClient client)
    {
        _client = client;
        var meter = meters.Create(MeshTelemetry.MeterName);
        _failures = meter.CreateCounter<long>("grpc.xds_client.server_failure", "{failure}", "Times that a control plane that answered did not any more.");
        meter.CreateObservableGauge("grpc.xds_client.connected", ObserveConnected, "{bool}", "1 while there is a working stream to a control plane.");
        meter.CreateObservableCounter("grpc.xds_client.resource_updates_valid", () => Observe(static counts => counts.Valid), "{resource}", "Resources that were taken.");
        meter.CreateObservableCounter("grpc.xds_client.resource_updates_invalid", () => Observe(static counts => counts.Invalid), "{resource}", "Resources that were refused.");
        meter.CreateObservableGauge("grpc.xds_client.resources", ObserveResources, "{resource}", "Resources that are needed, by how they stand.");
        meter.CreateObservableCounter("mesh.xds.updates", ObserveUpdates, "{resource}", "Resources that came from a control plane, by what became of them.");
        client.StateChanged += Follow;
    }

    private void Follow(XdsConnectionState state)
    {
        if (_last is XdsConnectionStatus.Connected && state.Status is not (XdsConnectionStatus.Connected or XdsConnectionStatus.Stopped))
        {
            _failures.Add(1, Target, new KeyValuePair<string, object?>(Server, NameOf(state)));
        }

        _last = state.Status;
    }

    private Measurement<int> ObserveConnected() =>
        new(_client.State.Status is XdsConnectionStatus.Connected ? 1 : 0, Target, new KeyValuePair<string, object?>(Server, NameOf(_client.State)));

    private IEnumerable<Measurement<long>> Observe(Func<(long Valid, long Invalid), long> count) =>
        from tally in _client.Updates
        from server in tally.Counts
        select new Measurement<long>(count(server.Value), Target, new(Server, server.Key), new KeyValuePair<string, object?>(ResourceType, tally.Type));

    private IEnumerable<Measurement<int>> ObserveResources()
    {
        var reading = _client.ReadStatesAsync();
        if (reading.Wait(LongestWait))
        {
            _resources = reading.Result;
        }

        return
            from resource in _resources
            group resource by (resource.TypeUrl, State: CacheState.Of(resource)) into same
            select new Measurement<int>(
                same.Count(), Target, new(Authority, OldAuthority), new(State, same.Key.State), new KeyValuePair<string, object?>(ResourceType, same.Key.TypeUrl[(same.Key.TypeUrl.LastIndexOf('/') + 1)..]));
    }

    private IEnumerable<Measurement<long>> ObserveUpdates() => _client.Updates.SelectMany(static tally => new[]
    {
        new Measurement<long>(tally.Total.Valid, new("type", tally.Type), new KeyValuePair<string, object?>("result", "ack")),
        new Measurement<long>(tally.Total.Invalid, new("type", tally.Type), new KeyValuePair<string, object?>("result", "nack")),
    });

    private static string NameOf(XdsConnectionState state) => state.Server?.Address.Authority ?? "";
}
