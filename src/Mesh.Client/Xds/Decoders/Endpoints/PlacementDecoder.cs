using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;

namespace Mesh.Client.Xds.Decoders.Endpoints;

/// <summary>Reads from an endpoint's metadata which lanes it serves: <c>mesh.lane</c>, and the revision in istiod's <c>istio.workload</c>.</summary>
internal static class PlacementDecoder
{
    /// <summary>In <c>name;namespace;service;revision;cluster</c>.</summary>
    private const int Revision = 3;

    public static LanePlacement Decode(Metadata? metadata)
    {
        if (metadata is null || metadata.FilterMetadata.Count == 0)
        {
            return default;
        }

        var workload = Find(metadata, "istio", "workload");
        return new LanePlacement(Find(metadata, "mesh", "lane"), workload.Length == 0 ? "" : workload.Split(';').ElementAtOrDefault(Revision) ?? "")
        {
            IsGuest = metadata.FilterMetadata.TryGetValue("mesh", out var mesh) && mesh.Fields.TryGetValue("lane_guest", out var guest) && guest.BoolValue,
        };
    }

    private static string Find(Metadata metadata, string filter, string key) =>
        metadata.FilterMetadata.TryGetValue(filter, out var found) && found.Fields.TryGetValue(key, out var value) ? value.StringValue : "";
}
