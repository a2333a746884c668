using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Mesh.Telemetry.Exposition;

/// <summary>Takes what OpenTelemetry collected when somebody scrapes; collects at no other time.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class ScrapeExporter(bool keepsNames) : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private ExpositionWriter? _writer;
    private string? _text;

    /// <summary>Set by OpenTelemetry's reader.</summary>
    public Func<int, bool>? Collect { get; set; }

    /// <summary>The text of now; one scrape at a time. Null when OpenTelemetry could not collect.</summary>
    public string? Scrape(ExpositionFormat format)
    {
        lock (_lock)
        {
            var writer = _writer = new ExpositionWriter(format, keepsNames);
            try
            {
                // The metrics that are handed over are good only until the export returns, so the text is made inside.
                return Collect?.Invoke(Timeout.Infinite) == true ? _text ?? writer.ToString() : null;
            }
            finally
            {
                (_writer, _text) = (null, null);
            }
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        // Somebody else's collection, such as at shutdown, is for nobody.
        if (_writer is not { } writer)
        {
            return ExportResult.Success;
        }

        foreach (var metric in batch)
        {
            writer.Add(metric);
        }

        _text = writer.ToString();
        return ExportResult.Success;
    }
}
