using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Mesh.Client.Hosting;
using Mesh.Client.Model;
using Mesh.Client.Tests.Xds;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Dumps;
using Mesh.Protocol.Xds;

namespace Mesh.Client.Tests.Metrics;

/// <summary>gRPC's metrics of the xDS client (gRFC A78), with its labels.</summary>
public sealed class XdsMeterTests
{
    [Fact]
    public async Task Client_ThatWasAnswered_TellsHowItsResourcesStand()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(new XdsClientOptions(), server.Address);
        rig.Logs.Expect("XdsResourceRejected");
        using var factory = new Meters();
        _ = new XdsMeter(factory, rig.Client);
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        rig.Client.Subscribe(new Authority("absent", 80));
        rig.Client.Subscribe(new Authority("silent", 80));
        var stream = await server.AcceptAsync();
        await stream.AskedAsync(XdsTypeUrl.Listener, "silent:80");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "1", "l1").With(("reviews:9080", Resources.Listener("reviews:9080", "routes"))).Without("absent:80"));
        await stream.AskedAsync(XdsTypeUrl.RouteConfiguration, "routes");
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.RouteConfiguration, "1", "r1").With(("routes", Resources.Routes("other-name", "c1"))));
        await stream.AnsweredAsync("r1");

        var seen = factory.Observe();

        const string Listeners = "envoy.config.listener.v3.Listener";
        const string Routes = "envoy.config.route.v3.RouteConfiguration";
        var name = server.Address.Authority;
        Assert.Equal(1, seen[$"grpc.xds_client.connected #process {name}"]);
        Assert.Equal(1, seen[$"grpc.xds_client.resources #process #old acked {Listeners}"]);
        Assert.Equal(1, seen[$"grpc.xds_client.resources #process #old does_not_exist {Listeners}"]);
        Assert.Equal(1, seen[$"grpc.xds_client.resources #process #old requested {Listeners}"]);
        Assert.Equal(1, seen[$"grpc.xds_client.resource_updates_valid #process {name} {Listeners}"]);
        Assert.Equal(1, seen[$"grpc.xds_client.resource_updates_invalid #process {name} {Routes}"]);
        Assert.Equal(1, seen[$"mesh.xds.updates {Routes} nack"]);
    }

    [Theory]
    [InlineData(true, false, null, "acked")]
    [InlineData(false, false, null, "requested")]
    [InlineData(false, true, null, "does_not_exist")]
    [InlineData(false, false, "bad", "nacked")]
    [InlineData(true, false, "bad", "nacked_but_cached")]
    public void CacheState_OfAResource_IsGrpcsWord(bool isHeld, bool isAbsent, string? error, string expected) =>
        Assert.Equal(expected, CacheState.Of(new ResourceState("type", "name") { Bytes = isHeld ? (ReadOnlyMemory<byte>?)new byte[1] : null, IsAbsent = isAbsent, Error = error }));

    private sealed class Meters : IMeterFactory
    {
        private readonly Meter _meter = new("Mesh");

        public Meter Create(MeterOptions options) => _meter;

        /// <summary>Values by name and labels.</summary>
        public ConcurrentDictionary<string, long> Observe()
        {
            var seen = new ConcurrentDictionary<string, long>();
            using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (ReferenceEquals(instrument.Meter, _meter)) { self.EnableMeasurementEvents(instrument); } } };
            listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen[Key(instrument, tags)] = value);
            listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => seen[Key(instrument, tags)] = value);
            listener.Start();
            listener.RecordObservableInstruments();
            return seen;
        }

        public void Dispose() => _meter.Dispose();

        private static string Key(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            $"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}";
    }
}
