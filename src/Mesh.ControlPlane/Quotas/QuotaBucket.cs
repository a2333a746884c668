using System.Runtime.InteropServices;

namespace Mesh.ControlPlane.Quotas;

/// <summary>One bucket of a quota: who uses it, and how much each wants of it.</summary>
internal sealed class QuotaBucket
{
    /// <summary>How much the newest report counts: demand is followed within two of them.</summary>
    private const double Weight = 0.6;

    // Wanted requests per second by stream.
    private readonly Dictionary<long, double> _demands = [];

    public int Members => _demands.Count;

    /// <summary>Takes a report in.</summary>
    /// <param name="stream">Who reports.</param>
    /// <param name="requests">Allowed and denied since its last report.</param>
    /// <param name="elapsed">The time since then; zero with the first report.</param>
    public void Report(long stream, ulong requests, TimeSpan elapsed)
    {
        ref var demand = ref CollectionsMarshal.GetValueRefOrAddDefault(_demands, stream, out var isKnown);
        if (elapsed > TimeSpan.Zero)
        {
            var measured = requests / elapsed.TotalSeconds;
            demand = isKnown ? (Weight * measured) + ((1 - Weight) * demand) : measured;
        }
    }

    public void Leave(long stream) => _demands.Remove(stream);

    /// <summary>The requests per second that a stream may let through.</summary>
    public double ShareOf(long stream, double rate)
    {
        var streams = _demands.Keys.ToArray();
        return QuotaShares.Divide(rate, [.. _demands.Values])[Array.IndexOf(streams, stream)];
    }
}
