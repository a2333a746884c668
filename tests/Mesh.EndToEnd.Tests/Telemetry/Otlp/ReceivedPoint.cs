namespace Mesh.EndToEnd.Tests.Telemetry.Otlp;

/// <summary>One series of a metric as it was exported last.</summary>
/// <param name="Service">That exported it.</param>
/// <param name="Metric">Its name.</param>
/// <param name="Value">Of a counter; the sum of a histogram.</param>
/// <param name="Count">Of a histogram.</param>
/// <param name="Bounds">Of a histogram.</param>
/// <param name="Labels">By name.</param>
internal sealed record ReceivedPoint(string Service, string Metric, double Value, long Count, double[] Bounds, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>The same for one series through all exports.</summary>
    public string Key => $"{Service} {Metric} {string.Join(',', Labels.OrderBy(label => label.Key, StringComparer.Ordinal))}";

    public bool Has(params (string Name, string Value)[] labels) => labels.All(label => Labels.GetValueOrDefault(label.Name) == label.Value);
}
