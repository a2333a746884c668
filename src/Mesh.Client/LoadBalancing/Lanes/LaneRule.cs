using Mesh.Client.Model;

namespace Mesh.Client.LoadBalancing.Lanes;

/// <summary>Tells which lane an endpoint is of.</summary>
/// <param name="ByVersion">Whether the version of a workload is its lane, instead of its label <c>lane</c>.</param>
/// <param name="Baseline">The lane that counts as none; empty when only endpoints without a lane are the baseline.</param>
/// <param name="Header">By which requests ask for a lane.</param>
internal sealed record LaneRule(bool ByVersion, string Baseline, string Header)
{
    /// <summary>Null for an endpoint of the baseline.</summary>
    public string? LaneOf(Endpoint endpoint)
    {
        var lane = ByVersion ? endpoint.Placement.Version : endpoint.Placement.Lane;
        return string.IsNullOrEmpty(lane) || lane == Baseline ? null : lane;
    }

    /// <summary>Whether requests of this process may go there at all: a guest is there for a label that this process may not go by.</summary>
    public bool Takes(Endpoint endpoint) => !endpoint.Placement.IsGuest || !ByVersion;

    /// <summary>The lane that a request asks for; null for the baseline.</summary>
    public string? LaneOf(HttpRequestMessage request) =>
        request.Headers.NonValidated.TryGetValues(Header, out var values) && values.Count == 1 ? values.ToString() : null;
}
