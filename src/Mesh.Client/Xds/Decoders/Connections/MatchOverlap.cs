using Mesh.Client.Model;

namespace Mesh.Client.Xds.Decoders.Connections;

/// <summary>Finds filter chains of one listener that match the same connections equally well, which Envoy refuses.</summary>
internal sealed class MatchOverlap
{
    /// <summary>A chain stands for the product of its parts, which a peer writes.</summary>
    private const int MaxConditions = 100_000;

    private readonly HashSet<(int? Port, string Prefix, string Name, bool? IsTls, string Protocol)> _seen = [];

    public void Add(ConnectionMatch match, DecodeErrors errors)
    {
        var count = (long)Math.Max(1, match.Prefixes.Length) * Math.Max(1, match.ServerNames.Length) * Math.Max(1, match.ApplicationProtocols.Length);
        if (_seen.Count + count > MaxConditions)
        {
            errors.Add($"more than {MaxConditions} conditions in one listener");
            return;
        }

        var conditions =
            from prefix in match.Prefixes.Select(prefix => prefix.ToString()).DefaultIfEmpty("").Distinct(StringComparer.Ordinal)
            from name in match.ServerNames.DefaultIfEmpty("").Distinct(StringComparer.Ordinal)
            from protocol in match.ApplicationProtocols.DefaultIfEmpty("").Distinct(StringComparer.Ordinal)
            select (match.Port, prefix, name, match.IsTls, protocol);
        if (conditions.Aggregate(false, (overlaps, condition) => !_seen.Add(condition) || overlaps))
        {
            errors.Add("another filter chain has the same match");
        }
    }
}
