using System.Globalization;
using System.Text;
using OpenTelemetry.Metrics;

namespace Mesh.Telemetry.Exposition;

/// <summary>Writes metrics as one of the two texts; used for one answer.</summary>
/// <remarks>Lines of a family must stand together, so metrics of one name from several meters are gathered first.</remarks>
internal sealed class ExpositionWriter(ExpositionFormat format, bool keepsNames = false)
{
    private const double NanosecondsPerSecond = 1e9;

    private readonly List<MetricFamily> _families = [];
    private readonly Dictionary<string, MetricFamily> _byName = new(StringComparer.Ordinal);

    /// <summary>Metrics that share the name of another one and not its type: left out, as a text cannot hold both.</summary>
    public int Conflicts { get; private set; }

    public void Add(Metric metric)
    {
        var kind = KindOf(metric.MetricType);
        if (kind is not { } known)
        {
            return;
        }

        var name = keepsNames ? FamilyName.Exactly(metric.Name) : FamilyName.Of(metric.Name, metric.Unit, known);
        if (!_byName.TryGetValue(name.Base, out var family))
        {
            family = new MetricFamily(name, known, metric.Description);
            _byName.Add(name.Base, family);
            _families.Add(family);
        }
        else if (family.Kind != known)
        {
            Conflicts++;
            return;
        }

        family.Metrics.Add(metric);
    }

    /// <summary>The text of all that was added.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(4_096);
        foreach (var family in _families)
        {
            Write(text, family);
        }

        return text.ToString();
    }

    private void Write(StringBuilder text, MetricFamily family)
    {
        var name = family.Name.In(format, family.Kind);
        if (family.Help.Length > 0)
        {
            text.Append("# HELP ").Append(name).Append(' ').Append(Escape(family.Help)).Append('\n');
        }

        text.Append("# TYPE ").Append(name).Append(' ').Append(WordOf(family.Kind)).Append('\n');
        if (format == ExpositionFormat.OpenMetrics && family.Name.Unit.Length > 0)
        {
            text.Append("# UNIT ").Append(name).Append(' ').Append(family.Name.Unit).Append('\n');
        }

        foreach (var metric in family.Metrics)
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                if (family.Kind == FamilyKind.Histogram)
                {
                    WriteHistogram(text, family.Name.Base, point);
                }
                else
                {
                    WriteSample(text, family, metric.MetricType, point);
                }
            }
        }
    }

    private void WriteSample(StringBuilder text, MetricFamily family, MetricType type, in MetricPoint point)
    {
        Begin(text, family.Name.Sample(family.Kind), LabelText.Of(point.Tags));
        text.Append(ValueOf(type, point));
        if (family.Kind == FamilyKind.Counter && format == ExpositionFormat.OpenMetrics && point.TryGetExemplars(out var exemplars))
        {
            WriteExemplar(text, ExemplarIn(exemplars, type.IsLong(), double.NegativeInfinity, double.PositiveInfinity), type.IsLong());
        }

        text.Append('\n');
    }

    private void WriteHistogram(StringBuilder text, string name, in MetricPoint point)
    {
        var labels = LabelText.Of(point.Tags);
        var isExemplary = format == ExpositionFormat.OpenMetrics & point.TryGetExemplars(out var exemplars);
        var bucket = name + "_bucket";
        var lower = double.NegativeInfinity;
        long count = 0;
        foreach (var item in point.GetHistogramBuckets())
        {
            count += item.BucketCount;
            Begin(text, bucket, labels, Number(item.ExplicitBound));
            text.Append(count.ToString(CultureInfo.InvariantCulture));
            if (isExemplary)
            {
                WriteExemplar(text, ExemplarIn(exemplars, isLong: false, lower, item.ExplicitBound), isLong: false);
            }

            text.Append('\n');
            lower = item.ExplicitBound;
        }

        Begin(text, name + "_sum", labels);
        text.Append(Number(point.GetHistogramSum())).Append('\n');
        Begin(text, name + "_count", labels);
        text.Append(point.GetHistogramCount().ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static void Begin(StringBuilder text, string name, string labels, string? bound = null)
    {
        text.Append(name);
        if (labels.Length > 0 || bound is not null)
        {
            text.Append('{').Append(labels);
            if (bound is not null)
            {
                text.Append(labels.Length > 0 ? "," : "").Append("le=\"").Append(bound).Append('"');
            }

            text.Append('}');
        }

        text.Append(' ');
    }

    /// <summary>The newest one whose value is in the bucket.</summary>
    private static Exemplar? ExemplarIn(ReadOnlyExemplarCollection exemplars, bool isLong, double above, double upTo)
    {
        Exemplar? found = null;
        foreach (ref readonly var exemplar in exemplars)
        {
            var value = isLong ? exemplar.LongValue : exemplar.DoubleValue;
            if (value > above && value <= upTo && exemplar.TraceId != default && (found is null || exemplar.Timestamp > found.Value.Timestamp))
            {
                found = exemplar;
            }
        }

        return found;
    }

    // At most 128 characters in the labels of an exemplar (OpenMetrics 1.0): the two ids take 73.
    private static void WriteExemplar(StringBuilder text, Exemplar? found, bool isLong)
    {
        if (found is not { } exemplar)
        {
            return;
        }

        text.Append(" # {trace_id=\"").Append(exemplar.TraceId.ToHexString()).Append("\",span_id=\"").Append(exemplar.SpanId.ToHexString()).Append("\"} ")
            .Append(isLong ? exemplar.LongValue.ToString(CultureInfo.InvariantCulture) : Number(exemplar.DoubleValue))
            .Append(' ')
            .Append((((exemplar.Timestamp - DateTimeOffset.UnixEpoch).Ticks * 100) / NanosecondsPerSecond).ToString("0.000", CultureInfo.InvariantCulture));
    }

    private static FamilyKind? KindOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => FamilyKind.Counter,
        MetricType.LongGauge or MetricType.DoubleGauge or MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic => FamilyKind.Gauge,
        MetricType.Histogram => FamilyKind.Histogram,

        // Neither text has exponential histograms.
        _ => null,
    };

    private static string ValueOf(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong().ToString(CultureInfo.InvariantCulture),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => Number(point.GetSumDouble()),
        MetricType.LongGauge => point.GetGaugeLastValueLong().ToString(CultureInfo.InvariantCulture),
        _ => Number(point.GetGaugeLastValueDouble()),
    };

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : double.IsNaN(value) ? "NaN"
        : value.ToString("R", CultureInfo.InvariantCulture);

    private static string WordOf(FamilyKind kind) => kind switch
    {
        FamilyKind.Counter => "counter",
        FamilyKind.Gauge => "gauge",
        _ => "histogram",
    };

    private string Escape(string help)
    {
        var text = help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return format == ExpositionFormat.OpenMetrics ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }
}
