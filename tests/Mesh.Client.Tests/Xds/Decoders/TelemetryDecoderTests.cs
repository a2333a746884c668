using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Client.Model.Telemetry;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Decoders.Telemetry;
using Mesh.Client.Xds.Resources;
using Mesh.Protocol.Xds;
using Mesh.Testing.Connections;
using Wire = Mesh.Protocol.Extensions.Telemetry;

namespace Mesh.Client.Tests.Xds.Decoders;

/// <summary>What a client reads of the telemetry it is asked for.</summary>
public sealed class TelemetryDecoderTests
{
    [Fact]
    public void Decode_OfAnEmptyMessage_IsTheDefault()
    {
        var result = TelemetryDecoder.Decode(new Wire.WorkloadTelemetry { Name = "default/x" });

        Assert.Equal(WorkloadTelemetry.Default, result.Value!.Telemetry);
    }

    [Fact]
    public void Decode_OfAllParts_ReadsThem()
    {
        var result = TelemetryDecoder.Decode(new Wire.WorkloadTelemetry
        {
            Name = "default/x",
            Metrics = new Wire.Metrics
            {
                Client = { new Wire.MetricOverride { Metric = "REQUEST_COUNT", Tags = { new Wire.TagOverride { Name = "host", Expression = "request.host" }, new Wire.TagOverride { Name = "source_app", Remove = true } } } },
                Server = { new Wire.MetricOverride { Metric = "REQUEST_SIZE", Disabled = true } },
                ReportingInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)),
            },
            Tracing = new Wire.Tracing
            {
                Server = new Wire.TracingSide
                {
                    SamplingPercentage = 12.5,
                    CustomTags = { ["env"] = new Wire.CustomTag { Environment = new Wire.NamedValue { Name = "REGION", DefaultValue = "nowhere" } } },
                    Collector = new Wire.Collector { Authority = "otel:4317" },
                },
            },
            AccessLogging = new Wire.AccessLogging { Server = { new Wire.AccessLog { Provider = "envoy", Filter = "response.code >= 400", Text = "%RESPONSE_CODE%", File = "/dev/stdout" } } },
        });

        var telemetry = result.Value!.Telemetry;
        Assert.Equal([new TagOverride("host", "request.host"), new TagOverride("source_app", null)], Assert.Single(telemetry.Metrics.Client).Tags);
        Assert.True(Assert.Single(telemetry.Metrics.Server).IsDisabled);
        Assert.Equal(TimeSpan.FromSeconds(1), telemetry.Metrics.ReportingInterval);
        Assert.Equal(12.5, telemetry.Tracing.Server.SamplingPercentage);
        Assert.Equal(new CustomTag("env", CustomTagKind.Environment, "REGION", "nowhere"), Assert.Single(telemetry.Tracing.Server.CustomTags));
        Assert.Equal("otel:4317", telemetry.Tracing.Server.Collector!.Authority);
        Assert.Same(TracingSide.Default, telemetry.Tracing.Client);
        var log = Assert.Single(telemetry.AccessLogs.Server);
        Assert.Equal(("envoy", "response.code >= 400", "%RESPONSE_CODE%", "/dev/stdout"), (log.Provider, log.Filter, log.Text, log.File));
    }

    [Fact]
    public void Decode_OfNonsense_TellsEveryReason()
    {
        var result = TelemetryDecoder.Decode(new Wire.WorkloadTelemetry
        {
            Name = "default/x",
            Metrics = new Wire.Metrics { Client = { new Wire.MetricOverride { Tags = { new Wire.TagOverride() } } } },
            Tracing = new Wire.Tracing { Client = new Wire.TracingSide { SamplingPercentage = 101 } },
        });

        Assert.Null(result.Value);
        Assert.Equal(3, result.Errors.Length);
    }

    [Theory]
    [InlineData(XdsProtocol.Delta)]
    [InlineData(XdsProtocol.StateOfTheWorld)]
    internal async Task Client_WithATelemetryName_FollowsTheResource(XdsProtocol protocol)
    {
        await using var server = await AdsServer.StartAsync();
        var changed = new TaskCompletionSource<WorkloadTelemetry>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var rig = new XdsClientRig(
            new XdsClientOptions { Protocol = protocol }, new XdsBootstrap([new XdsServer(server.Address)], new XdsNode("node-1")) { TelemetryName = "default/x" });
        rig.Client.TelemetryChanged += telemetry => changed.TrySetResult(telemetry);
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await stream.AskedAsync(XdsTypeUrl.Listener, "reviews:9080");

        // Only a server of the mesh is asked, once it has said who it is.
        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "1", "l1") { Identifier = "mesh-control-plane/1" }.Without("reviews:9080"));
        await stream.AskedAsync(XdsTypeUrl.WorkloadTelemetry, "default/x");

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.WorkloadTelemetry, "1", "t1").With(("default/x", new Wire.WorkloadTelemetry { Name = "default/x", Metrics = new Wire.Metrics { Disabled = true } })));

        Assert.True((await changed.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Metrics.IsDisabled);
    }

    [Fact]
    public async Task Client_WithoutAServer_FollowsWhatAnEarlierProcessLeft()
    {
        using var nobody = new ReservedPort();
        await using var rig = new XdsClientRig(
            new XdsClientOptions(), new XdsBootstrap([new XdsServer(nobody.Address)], new XdsNode("node-1")) { TelemetryName = "default/x" });
        rig.Logs.Expect("XdsDisconnected");
        var changed = Follow(rig);
        rig.Client.Restore([Left()]);

        rig.Client.Start();

        Assert.True((await changed).Metrics.IsDisabled);
    }

    [Fact]
    public async Task Client_WithAForeignServer_DoesNotAskItForWhatAnEarlierProcessLeft()
    {
        await using var server = await AdsServer.StartAsync();
        await using var rig = new XdsClientRig(
            new XdsClientOptions(), new XdsBootstrap([new XdsServer(server.Address)], new XdsNode("node-1")) { TelemetryName = "default/x" });
        var changed = Follow(rig);
        rig.Client.Restore([Left()]);
        rig.Client.Start();
        rig.Client.Subscribe(XdsClientRig.Reviews);
        var stream = await server.AcceptAsync();
        await stream.AskedAsync(XdsTypeUrl.Listener, "reviews:9080");
        await rig.SettleAsync();
        rig.Time.Advance(new XdsClientOptions().RestoreDelay);
        await changed;

        await stream.SendAsync(new AdsResponse(XdsTypeUrl.Listener, "1", "l1") { Identifier = "istiod" }.Without("reviews:9080"));
        await stream.AnsweredAsync("l1");
        rig.Client.Subscribe(new Authority("details", 9080));
        await stream.AskedAsync(XdsTypeUrl.Listener, "details:9080");

        Assert.DoesNotContain(stream.Seen, request => request.TypeUrl == XdsTypeUrl.WorkloadTelemetry);
    }

    private static Task<WorkloadTelemetry> Follow(XdsClientRig rig)
    {
        var changed = new TaskCompletionSource<WorkloadTelemetry>(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Client.TelemetryChanged += telemetry => changed.TrySetResult(telemetry);
        return changed.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    private static HeldResource Left() => new(
        XdsTypeUrl.WorkloadTelemetry, "default/x", "1", new Wire.WorkloadTelemetry { Name = "default/x", Metrics = new Wire.Metrics { Disabled = true } }.ToByteArray());
}
