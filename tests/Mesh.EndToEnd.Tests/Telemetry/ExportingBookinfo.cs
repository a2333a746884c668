using Mesh.EndToEnd.Tests.Bookinfo;
using Mesh.EndToEnd.Tests.Telemetry.Otlp;

namespace Mesh.EndToEnd.Tests.Telemetry;

/// <summary>A Bookinfo whose processes send spans, metrics and logs to an OTLP receiver.</summary>
public sealed class ExportingBookinfo : IAsyncLifetime
{
    internal OtlpReceiver Receiver { get; } = new();

    /// <summary>Little memory for what waits, and much patience with a collector: what is lost when is a matter of order then, not of time.</summary>
    public BookinfoMesh Bookinfo { get; } = new()
    {
        Environment = new Dictionary<string, string>
        {
            ["OTEL_BSP_MAX_QUEUE_SIZE"] = "64",
            ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"] = "32",
            ["OTEL_BLRP_MAX_QUEUE_SIZE"] = "64",
            ["OTEL_BLRP_MAX_EXPORT_BATCH_SIZE"] = "32",
            ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "120000",
        },
    };

    public async ValueTask InitializeAsync()
    {
        await Receiver.StartAsync(TestContext.Current.CancellationToken);
        await Bookinfo.StartAsync("--otlp", $"{Receiver.Address}");
    }

    public async ValueTask DisposeAsync()
    {
        await Bookinfo.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}
