using System.Diagnostics.Metrics;
using Mesh.Client.Telemetry;
using Mesh.Client.Xds;

namespace Mesh.Client.Hosting;

/// <summary>The xDS client as measurements: gRPC's own (gRFC A78, <c>grpc.xds_client.*</c>) and <c>mesh.xds.updates</c>.</summary>
internal sealed class XdsMeter
{
    private const string Server = "grpc.xds.server";
    private const string ResourceType = "grpc.xds.resource_type";

    private readonly XdsClient _client;
    private readonly Counter<long> _failures;
    private volatile XdsConnectionStatus _last;

    public XdsMeter(IMeterFactory meters, XdsClient client)
    {
        _client = client;
        var meter = meters.Create(MeshTelemetry.MeterName);
        _failures = meter.CreateCounter<long>("grpc.xds_client.server_failure", "{failure}", "Times that a control plane that answered did not any more.");
        meter.CreateObservableGauge("grpc.xds_client.connected", ObserveConnected, description: "1 while there is a working stream to a control plane.");
        meter.CreateObservableCounter("grpc.xds_client.resource_updates_valid", () => Observe(static tally => tally.Valid), "{resource}", "Resources that were taken.");
        meter.CreateObservableCounter("grpc.xds_client.resource_updates_invalid", () => Observe(static tally => tally.Invalid), "{resource}", "Resources that were refused.");
        meter.CreateObservableCounter("mesh.xds.updates", ObserveUpdates, "{resource}", "Resources that came from a control plane, by what became of them.");
        client.StateChanged += Follow;
    }

    private void Follow(XdsConnectionState state)
    {
        if (_last is XdsConnectionStatus.Connected && state.Status is not (XdsConnectionStatus.Connected or XdsConnectionStatus.Stopped))
        {
            _failures.Add(1, new KeyValuePair<string, object?>(Server, NameOf(state)));
        }

        _last = state.Status;
    }

    private Measurement<int> ObserveConnected() =>
        new(_client.State.Status is XdsConnectionStatus.Connected ? 1 : 0, new KeyValuePair<string, object?>(Server, NameOf(_client.State)));

    private IEnumerable<Measurement<long>> Observe(Func<UpdateTally, long> count) =>
        _client.Updates.Select(tally => new Measurement<long>(count(tally), new KeyValuePair<string, object?>(ResourceType, tally.Type)));

    private IEnumerable<Measurement<long>> ObserveUpdates() => _client.Updates.SelectMany(static tally => new[]
    {
        new Measurement<long>(tally.Valid, new("type", tally.Type), new KeyValuePair<string, object?>("result", "ack")),
        new Measurement<long>(tally.Invalid, new("type", tally.Type), new KeyValuePair<string, object?>("result", "nack")),
    });

    private static string NameOf(XdsConnectionState state) => state.Server?.Address.Authority ?? "";
}
