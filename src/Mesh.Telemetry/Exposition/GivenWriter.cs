using System.Globalization;
using System.Text;

namespace Mesh.Telemetry.Exposition;

/// <summary>Writes families that OpenTelemetry does not keep, in the same form as the others.</summary>
internal static class GivenWriter
{
    /// <summary>The text of a family, one series after the other; nothing when it has none.</summary>
    public static IEnumerable<string> Pieces(GivenFamily family, ExpositionFormat format)
    {
        var name = FamilyName.Of(family.Name, unit: null, family.Kind);
        var text = new StringBuilder();
        var isStarted = false;
        foreach (var series in family.Series)
        {
            text.Clear();
            if (!isStarted)
            {
                isStarted = true;
                text.Append("# HELP ").Append(name.In(format, family.Kind)).Append(' ').Append(family.Help).Append('\n');
                text.Append("# TYPE ").Append(name.In(format, family.Kind)).Append(' ').Append(family.Kind is FamilyKind.Counter ? "counter" : "histogram").Append('\n');
            }

            var labels = Labels(series.Labels);
            if (series.Histogram is { } histogram)
            {
                Write(text, name.Base, labels, histogram, format);
            }
            else
            {
                text.Append(name.Sample(family.Kind)).Append('{').Append(labels).Append("} ").Append(Number(series.Value)).Append('\n');
            }

            yield return text.ToString();
        }
    }

    private static void Write(StringBuilder text, string name, string labels, GivenHistogram histogram, ExpositionFormat format)
    {
        var count = 0L;
        for (var index = 0; index < histogram.Counts.Length; index++)
        {
            count += histogram.Counts[index];
            text.Append(name).Append("_bucket{").Append(labels).Append(labels.Length > 0 ? "," : "").Append("le=\"")
                .Append(index < histogram.Bounds.Count ? Number(histogram.Bounds[index]) : "+Inf").Append("\"} ")
                .Append(count.ToString(CultureInfo.InvariantCulture));
            if (format is ExpositionFormat.OpenMetrics && histogram.Exemplar(index) is { } exemplar)
            {
                text.Append(" # {trace_id=\"").Append(exemplar.TraceId).Append("\",span_id=\"").Append(exemplar.SpanId).Append("\"} ").Append(Number(exemplar.Value)).Append(' ')
                    .Append((exemplar.Time.ToUnixTimeMilliseconds() / 1000.0).ToString("0.000", CultureInfo.InvariantCulture));
            }

            text.Append('\n');
        }

        text.Append(name).Append("_sum{").Append(labels).Append("} ").Append(Number(histogram.Sum)).Append('\n');
        text.Append(name).Append("_count{").Append(labels).Append("} ").Append(count.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Labels(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            LabelText.Append(text, FamilyName.Clean(name, isLabel: true), value);
        }

        return text.ToString();
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
