using Mesh.Client.Metrics;
using Mesh.Client.Metrics.Series;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Tests.Pipeline.Connections;
using Mesh.Testing.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Client.Tests.Metrics;

/// <summary>Istio's metrics of raw connections.</summary>
public sealed class ConnectionMetricsTests
{
    private readonly TrafficMeter _meter = new(null, 100, TimeProvider.System);
    private readonly ConnectionMetrics _sink;

    public ConnectionMetricsTests() => _sink = new ConnectionMetrics(
        _meter,
        new TrafficRules(new TelemetryPolicy(), NullLogger<TrafficRules>.Instance),
        new LocalWorkload(MetricsRig.Local, new ServiceReference("productpage.default.svc.cluster.local", "productpage", "default"), identity: null));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connection_IsCountedWithItsBytesAsTheServerSeesThem()
    {
        await using var server = new TcpEchoServer("db");
        using var mesh = new ConnectorHarness(sink: _sink).Forward(server.Port);

        await using (var stream = await mesh.ConnectAsync())
        {
            var name = await TcpEchoServer.ReadNameAsync(stream, Cancellation);
            await stream.WriteAsync(new byte[7], Cancellation);
            Assert.Equal((1, 0), (Value(TrafficMetric.TcpOpenedConnections), Value(TrafficMetric.TcpClosedConnections)));
            Assert.True(Value(TrafficMetric.TcpSentBytes) >= name.Length);
        }

        Assert.Equal((1, 7), (Value(TrafficMetric.TcpClosedConnections), Value(TrafficMetric.TcpReceivedBytes)));
        var series = Assert.Single(_meter.Series(TrafficMetric.TcpOpenedConnections));
        Assert.Equal(("tcp", "-", null), (MetricsRig.Label(series, "request_protocol"), MetricsRig.Label(series, "response_flags"), MetricsRig.Label(series, "response_code")));
    }

    [Fact]
    public async Task Connection_ThatCannotBeOpened_IsCountedAsOpenedAndClosedWithItsFlags()
    {
        using var mesh = new ConnectorHarness(sink: _sink).Forward();

        await Assert.ThrowsAsync<MeshConnectException>(async () => await mesh.ConnectAsync());

        var series = Assert.Single(_meter.Series(TrafficMetric.TcpClosedConnections));
        Assert.Equal(("UH", 1), (MetricsRig.Label(series, "response_flags"), Value(TrafficMetric.TcpOpenedConnections)));
    }

    private long Value(TrafficMetric metric) => _meter.Series(metric).Cast<CounterSeries>().Sum(series => series.Value);
}
