namespace Mesh.Telemetry.Exposition;

/// <summary>One series of a <see cref="GivenFamily"/>.</summary>
/// <param name="Labels">Names and values, in order.</param>
/// <param name="Value">Of a counter.</param>
/// <param name="Histogram">Of a histogram; null for a counter.</param>
internal sealed record GivenSeries(IEnumerable<KeyValuePair<string, string>> Labels, double Value, GivenHistogram? Histogram = null);
