namespace Mesh.Telemetry.Exposition;

/// <summary>The buckets of one series.</summary>
/// <param name="Bounds">Upper ones, rising.</param>
/// <param name="Counts">Of each bucket by itself; one more than bounds.</param>
/// <param name="Sum">Of all values.</param>
/// <param name="Exemplar">Of a bucket; null where there is none.</param>
internal sealed record GivenHistogram(IReadOnlyList<double> Bounds, long[] Counts, double Sum, Func<int, GivenExemplar?> Exemplar);
