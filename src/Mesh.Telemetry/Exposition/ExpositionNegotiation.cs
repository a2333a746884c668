using Microsoft.Net.Http.Headers;

namespace Mesh.Telemetry.Exposition;

/// <summary>Chooses the text by what the scraper says that it reads (RFC 9110 12.5.1).</summary>
internal static class ExpositionNegotiation
{
    public const string TextType = "text/plain; version=0.0.4; charset=utf-8";
    public const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private const string OpenMetrics = "application/openmetrics-text";

    public static string ContentTypeOf(ExpositionFormat format) => format == ExpositionFormat.OpenMetrics ? OpenMetricsType : TextType;

    /// <summary>OpenMetrics where it is asked for by name and liked at least as much; the plain text for everybody else.</summary>
    public static ExpositionFormat Choose(IList<string?> accept)
    {
        if (!MediaTypeHeaderValue.TryParseList([.. accept.OfType<string>()], out var ranges))
        {
            return ExpositionFormat.Text;
        }

        var openMetrics = ranges.Where(IsOpenMetrics).Select(QualityOf).DefaultIfEmpty(0).Max();
        var text = ranges.Where(range => range.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase)).Select(QualityOf).DefaultIfEmpty(0).Max();
        return openMetrics > 0 && openMetrics >= text ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text;
    }

    // A version that we do not write is none that may be sent; without one, any is good.
    private static bool IsOpenMetrics(MediaTypeHeaderValue range) =>
        range.MediaType.Equals(OpenMetrics, StringComparison.OrdinalIgnoreCase)
        && range.Parameters.All(parameter => !parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase) || parameter.GetUnescapedValue().Equals("1.0.0", StringComparison.Ordinal));

    private static double QualityOf(MediaTypeHeaderValue range) => range.Quality ?? 1;
}
