namespace Mesh.Client.Metrics.Series;

/// <summary>One series of an instrument: found once, and then only added to.</summary>
internal abstract class MetricSeries(SeriesLabels labels)
{
    public SeriesLabels Labels => labels;
}
