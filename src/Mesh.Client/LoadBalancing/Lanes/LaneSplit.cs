using Mesh.Client.Model;

namespace Mesh.Client.LoadBalancing.Lanes;

/// <summary>Divides the endpoints of a cluster by their lanes.</summary>
internal static class LaneSplit
{
    /// <summary>By lane, with the baseline under the empty name; null when every endpoint is of the baseline, so that most clusters hold nothing more.</summary>
    public static Dictionary<string, EndpointSet>? Of(EndpointSet endpoints, LaneRule rule)
    {
        var lanes = new HashSet<string>(StringComparer.Ordinal);
        var hasGuests = false;
        foreach (var endpoint in endpoints.Localities.SelectMany(static locality => locality.Endpoints))
        {
            hasGuests |= endpoint.Placement.IsGuest;
            if (rule.LaneOf(endpoint) is { } lane)
            {
                lanes.Add(lane);
            }
        }

        if (lanes.Count == 0 && !hasGuests)
        {
            return null;
        }

        var split = lanes.ToDictionary(static lane => lane, lane => Where(endpoints, endpoint => rule.LaneOf(endpoint) == lane), StringComparer.Ordinal);
        split[""] = Where(endpoints, endpoint => rule.LaneOf(endpoint) is null && rule.Takes(endpoint));
        return split;
    }

    private static EndpointSet Where(EndpointSet endpoints, Func<Endpoint, bool> isIn) => endpoints with
    {
        Localities =
        [
            .. endpoints.Localities
                .Select(locality => Where(locality, isIn))
                .Where(static locality => !locality.Endpoints.IsEmpty),
        ],
    };

    /// <summary>A locality that weighs what its endpoints do goes on to: endpoints of a lane draw no baseline traffic there.</summary>
    private static LocalityEndpoints Where(LocalityEndpoints locality, Func<Endpoint, bool> isIn)
    {
        var chosen = locality with { Endpoints = [.. locality.Endpoints.Where(isIn)] };
        return locality.Weight == Sum(locality) && !chosen.Endpoints.IsEmpty ? chosen with { Weight = (uint)Sum(chosen) } : chosen;
    }

    private static long Sum(LocalityEndpoints locality) => locality.Endpoints.Sum(static endpoint => (long)endpoint.Weight);
}
