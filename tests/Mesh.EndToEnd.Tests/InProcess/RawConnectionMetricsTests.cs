using System.Net;
using Mesh.Client;
using Mesh.Client.Metrics;
using Mesh.Client.Metrics.Series;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>A raw connection through the mesh counts on both of its sides, with Istio's labels, bytes as the server sees them.</summary>
public sealed class RawConnectionMetricsTests
{
    private const string Service = """
        apiVersion: v1
        kind: Service
        metadata: { name: echo }
        spec: { selector: { app: echo }, ports: [{ name: tcp-echo, port: 7000 }] }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connection_ToAPortThatIsTcp_CountsOnBothSides()
    {
        await using var mesh = await InProcessMesh.StartAsync(Service, Cancellation);
        var server = await mesh.StartServiceAsync(
            "echo",
            "v1",
            app => app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Run(EchoTwiceAsync)),
            Cancellation,
            mesh.SettingsOf("echo"));
        var client = await mesh.StartClientAsync("web", Cancellation, mesh.SettingsOf("web"));
        var (served, called) = (server.App.Services.GetRequiredService<TrafficMeter>(), client.Services.GetRequiredService<TrafficMeter>());

        Stream? stream = null;
        await Eventually.ReachesAsync("the connection opens", async () => (stream = await TryConnectAsync(client.Services)) is not null, cancellationToken: Cancellation);
        await using (stream!)
        {
            await stream!.WriteAsync(new byte[1000], Cancellation);
            await stream.ReadExactlyAsync(new byte[2000], Cancellation);
            Assert.Equal((1, 0), (Value(served, TrafficMetric.TcpOpenedConnections), Value(served, TrafficMetric.TcpClosedConnections)));
        }

        await Eventually.ReachesAsync("the server sees the end", () => Value(served, TrafficMetric.TcpClosedConnections) == 1, cancellationToken: Cancellation);
        foreach (var meter in new[] { served, called })
        {
            Assert.Equal((1000, 2000), (Value(meter, TrafficMetric.TcpReceivedBytes), Value(meter, TrafficMetric.TcpSentBytes)));
        }

        CheckLabels(Assert.Single(served.Series(TrafficMetric.TcpSentBytes)));
    }

    private static void CheckLabels(MetricSeries series)
    {
        var labels = series.Labels.Pairs.ToDictionary();
        (string, string)[] expected =
        [
            ("reporter", "destination"), ("source_principal", "spiffe://cluster.local/ns/default/sa/web"), ("source_workload_namespace", "default"), ("source_workload", "unknown"),
            ("destination_principal", "spiffe://cluster.local/ns/default/sa/echo"), ("destination_workload", "echo-v1"), ("destination_service", "echo.default.svc.cluster.local"),
            ("request_protocol", "tcp"), ("connection_security_policy", "mutual_tls"), ("response_flags", "-"),
        ];
        Assert.All(expected, label => Assert.Equal(label.Item2, labels[label.Item1]));
        Assert.DoesNotContain("response_code", labels.Keys);
    }

    /// <summary>Null while the registry, or the policy of the port, is on its way.</summary>
    private static async Task<Stream?> TryConnectAsync(IServiceProvider services)
    {
        try
        {
            var stream = await services.GetRequiredService<IMeshConnector>().ConnectAsync("echo", 7000, Cancellation);
            return stream;
        }
        catch (MeshConnectException)
        {
            return null;
        }
    }

    private static async Task EchoTwiceAsync(ConnectionContext connection)
    {
        while (await connection.Transport.Input.ReadAsync(connection.ConnectionClosed) is { IsCompleted: false } read)
        {
            foreach (var part in read.Buffer)
            {
                await connection.Transport.Output.WriteAsync(part, connection.ConnectionClosed);
                await connection.Transport.Output.WriteAsync(part, connection.ConnectionClosed);
            }

            connection.Transport.Input.AdvanceTo(read.Buffer.End);
        }
    }

    private static long Value(TrafficMeter meter, TrafficMetric metric) => meter.Series(metric).Cast<CounterSeries>().Sum(series => series.Value);
}
