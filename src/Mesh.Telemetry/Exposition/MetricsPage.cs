using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Mesh.Telemetry.Exposition;

/// <summary>The page <c>/metrics</c> over the instruments of some meters.</summary>
internal sealed class MetricsPage : IDisposable
{
    public const string Path = "/metrics";

    private readonly ScrapeExporter _exporter;
    private readonly Func<IEnumerable<GivenFamily>>? _given;
    private readonly MeterProvider _provider;
    private readonly bool _keepsNames;

    /// <param name="meters">Their names; <c>*</c> stands for any text.</param>
    /// <param name="views">Which instruments have other buckets, labels or limits than by default: 2,000 series each, those beyond in one with <c>otel_metric_overflow</c>.</param>
    /// <param name="keepsNames">Whether instruments keep their names to the letter. OpenMetrics wants its own ending of counters, so such a page is plain text for everybody.</param>
    /// <param name="given">Families that are kept elsewhere; their names are not among the instruments of the meters.</param>
    public MetricsPage(IEnumerable<string> meters, Action<MeterProviderBuilder>? views = null, bool keepsNames = false, Func<IEnumerable<GivenFamily>>? given = null)
    {
        (_keepsNames, _given) = (keepsNames, given);
        _exporter = new ScrapeExporter(keepsNames);
        var builder = Sdk.CreateMeterProviderBuilder()
            .AddMeter([.. meters])
            .SetExemplarFilter(ExemplarFilterType.TraceBased)
            .AddReader(new BaseExportingMetricReader(_exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative });
        views?.Invoke(builder);
        _provider = builder.Build();
    }

    public async Task WriteAsync(HttpContext http)
    {
        var format = _keepsNames ? ExpositionFormat.Text : ExpositionNegotiation.Choose(http.Request.Headers.Accept);
        if (_exporter.Scrape(format) is not { } text)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        http.Response.ContentType = ExpositionNegotiation.ContentTypeOf(format);
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsync(text, http.RequestAborted);

        // One series after the other: as one text, thousands of histograms would be hundreds of megabytes with every scrape.
        foreach (var piece in (_given?.Invoke() ?? []).SelectMany(family => GivenWriter.Pieces(family, format)))
        {
            await http.Response.WriteAsync(piece, http.RequestAborted);
        }

        if (format == ExpositionFormat.OpenMetrics)
        {
            await http.Response.WriteAsync("# EOF\n", http.RequestAborted);
        }
    }

    public void Dispose() => _provider.Dispose();
}
