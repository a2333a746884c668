using System.Text.Json.Nodes;
using Mesh.ControlPlane.Api.Objects;

namespace Mesh.ControlPlane.Api.Discovery;

/// <summary>The groups and their versions, each in an answer of its own (Kubernetes' first discovery).</summary>
internal static class GroupLists
{
    public static JsonObject CoreVersions(string host) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = host }),
    };

    public static JsonObject Groups() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. Names().Select(group => (JsonNode)Describe(group))]),
    };

    /// <summary>One group; null when there is none of that name.</summary>
    public static JsonObject? Group(string name)
    {
        if (Names().FirstOrDefault(group => group.Name == name) is not { } found)
        {
            return null;
        }

        var described = Describe(found);
        described.Insert(0, "kind", "APIGroup");
        described.Insert(1, "apiVersion", "v1");
        return described;
    }

    private static IEnumerable<ServedGroup> Names() => ServedKinds.Groups.Where(group => group.Name.Length > 0).Concat(ReviewKinds.Groups);

    private static JsonObject Describe(ServedGroup group) => new()
    {
        ["name"] = group.Name,
        ["versions"] = new JsonArray([.. group.Versions.Select(version => (JsonNode)Version(group, version))]),
        ["preferredVersion"] = Version(group, group.Versions[0]),
    };

    private static JsonObject Version(ServedGroup group, string version) => new() { ["groupVersion"] = group.ApiVersionOf(version), ["version"] = version };
}
