using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Mesh.Client.Metrics;
using Mesh.Client.Model;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Tests.Metrics;

/// <summary>The mesh's own metrics, and gRPC's.</summary>
public sealed class OwnMetricsTests
{
    [Fact]
    public async Task Host_WithTheMesh_HasEveryInstrument()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Mesh:ControlPlane", "http://127.0.0.1:1")]);
        builder.AddMesh();
        using var host = builder.Build();
        var factory = host.Services.GetRequiredService<IMeterFactory>();
        var seen = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "Mesh" && ReferenceEquals(instrument.Meter.Scope, factory))
                {
                    seen.TryAdd(instrument.Name, 0);
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();

        await host.StartAsync(TestContext.Current.CancellationToken);
        host.Services.GetRequiredService<IMeshHandlerFactory>().CreateHandler().Dispose();
        listener.RecordObservableInstruments();

        string[] expected =
        [
            "istio_requests_total", "istio_request_duration_milliseconds", "istio_request_bytes", "istio_response_bytes", "istio_request_messages_total", "istio_response_messages_total",
            "istio_tcp_connections_opened_total", "istio_tcp_connections_closed_total", "istio_tcp_sent_bytes_total", "istio_tcp_received_bytes_total",
            "mesh.metrics.overflow", "mesh.client.attempts", "mesh.client.retries", "mesh.retry.budget.remaining", "mesh.circuit.open", "mesh.outlier.ejections", "mesh.endpoints",
            "mesh.xds.updates", "mesh.certificate.expiry", "grpc.xds_client.connected", "grpc.xds_client.server_failure", "grpc.xds_client.resource_updates_valid",
            "grpc.xds_client.resource_updates_invalid", "grpc.xds_client.resources", "grpc.client.attempt.started", "grpc.client.attempt.duration", "grpc.client.call.duration",
            "grpc.client.attempt.sent_total_compressed_message_size", "grpc.client.attempt.rcvd_total_compressed_message_size",
        ];
        Assert.Empty(expected.Except(seen.Keys));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Count_OfAttempts_TellsThemApartByWhatTheyCameTo()
    {
        var seen = new ConcurrentDictionary<string, long>();
        using var factory = new OneMeterFactory();
        var counts = new AttemptCounts(factory);
        counts.Count(new AttemptOutcome(200, -1, LocalOrigin.None, default), isRepeated: false);
        counts.Count(new AttemptOutcome(503, -1, LocalOrigin.None, default), isRepeated: true);
        counts.Count(new AttemptOutcome(0, -1, LocalOrigin.ConnectFailure, default), isRepeated: true);
        counts.CountLimit();

        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (ReferenceEquals(instrument.Meter, factory.Meter)) { self.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen[$"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}"] = value);
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal(
            new Dictionary<string, long>
            {
                ["mesh.client.attempts 2xx"] = 1,
                ["mesh.client.attempts 5xx"] = 1,
                ["mesh.client.attempts connect_failure"] = 1,
                ["mesh.client.retries 5xx retried"] = 1,
                ["mesh.client.retries connect_failure retried"] = 1,
                ["mesh.client.retries any limit_reached"] = 1,
            },
            seen);
    }

    [Fact]
    public void Method_BeyondTheBound_IsOther()
    {
        var names = new GrpcNames();
        var last = "";
        for (var index = 0; index < 10_000; index++)
        {
            last = names.Method($"/package.Service/Method{index}");
        }

        Assert.Equal(("other", "package.Service/Method0"), (last, names.Method("/package.Service/Method0")));
    }

    private sealed class OneMeterFactory : IMeterFactory
    {
        public Meter Meter { get; } = new("Mesh");

        public Meter Create(MeterOptions options) => Meter;

        public void Dispose() => Meter.Dispose();
    }
}
