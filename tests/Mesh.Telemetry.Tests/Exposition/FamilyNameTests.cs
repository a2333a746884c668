using Mesh.Telemetry.Exposition;

namespace Mesh.Telemetry.Tests.Exposition;

/// <summary>Names and units, as OpenTelemetry's compatibility specification has them.</summary>
public sealed class FamilyNameTests
{
    [Theory]
    [InlineData("istio_requests_total", null, "Counter", "istio_requests_total")]
    [InlineData("istio_request_duration_milliseconds", "ms", "Histogram", "istio_request_duration_milliseconds")]
    [InlineData("istio_request_bytes", "By", "Histogram", "istio_request_bytes")]
    [InlineData("http.server.request.duration", "s", "Histogram", "http_server_request_duration_seconds")]
    [InlineData("kestrel.active_connections", "{connection}", "Gauge", "kestrel_active_connections")]
    [InlineData("requests", "{request}", "Counter", "requests_total")]
    [InlineData("sent", "By/s", "Gauge", "sent_bytes_per_second")]
    [InlineData("seconds", "s", "Gauge", "seconds")]
    [InlineData("full", "1", "Gauge", "full_ratio")]
    [InlineData("hits", "1", "Counter", "hits_total")]
    [InlineData("2nd..try", null, "Gauge", "_2nd_try")]
    [InlineData("a:b", null, "Gauge", "a:b")]
    [InlineData("über", null, "Gauge", "_ber")]
    [InlineData("_total", null, "Counter", "_total_total")]
    public void Of_AnInstrument_IsThePrometheusName(string instrument, string? unit, string kind, string expected)
    {
        var known = Enum.Parse<FamilyKind>(kind);
        var name = FamilyName.Of(instrument, unit, known);

        Assert.Equal(expected, name.In(ExpositionFormat.Text, known));
        Assert.Equal(expected, name.Sample(known));
    }

    [Fact]
    public void In_OpenMetrics_ACounterFamilyHasNoEnding()
    {
        var name = FamilyName.Of("istio_requests_total", null, FamilyKind.Counter);

        Assert.Equal("istio_requests", name.In(ExpositionFormat.OpenMetrics, FamilyKind.Counter));
        Assert.Equal("istio_requests_total", name.Sample(FamilyKind.Counter));
    }
}
