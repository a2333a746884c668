using System.Collections.Concurrent;

namespace Mesh.Client.Xds;

/// <summary>How many resources of one type have come from each server, by what became of them; read from anywhere.</summary>
/// <param name="type">Without the host of its URL, such as <c>envoy.config.listener.v3.Listener</c>.</param>
internal sealed class UpdateTally(string type)
{
    private readonly ConcurrentDictionary<string, (long Valid, long Invalid)> _counts = new(StringComparer.Ordinal);

    public string Type => type;

    /// <summary>By server; as many as the bootstrap has named.</summary>
    public IEnumerable<KeyValuePair<string, (long Valid, long Invalid)>> Counts => _counts;

    /// <summary>Of all servers.</summary>
    public (long Valid, long Invalid) Total => _counts.Values.Aggregate((Valid: 0L, Invalid: 0L), static (sum, count) => (sum.Valid + count.Valid, sum.Invalid + count.Invalid));

    /// <summary>Of one response; by the client's queue alone.</summary>
    public void Count(string server, int all, int invalid)
    {
        var known = _counts.GetValueOrDefault(server);
        _counts[server] = (known.Valid + Math.Max(0, all - invalid), known.Invalid + invalid);
    }
}
