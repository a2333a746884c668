using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.Config.Stores;
using Mesh.Testing;

namespace Mesh.ControlPlane.Tests.Stores;

/// <summary>Resources as the API would hand them to a store.</summary>
internal static class StoreWrites
{
    public static ResourceId Id(string name, string ns = "default") => new(ResourceKinds.NetworkingGroup, "VirtualService", ns, name);

    /// <summary>A VirtualService with what the API sets, and a destination that tells one state from another.</summary>
    public static Resource Put(string name, string to, string ns = "default", string? annotations = null)
    {
        var document = JsonNode.Parse(
            $$$"""
            {"apiVersion":"networking.istio.io/v1","kind":"VirtualService",
             "metadata":{"name":"{{{name}}}","namespace":"{{{ns}}}","uid":"uid-{{{name}}}","generation":1,"creationTimestamp":"2026-01-01T00:00:00Z"},
             "spec":{"hosts":["{{{name}}}"],"http":[{"route":[{"destination":{"host":"{{{to}}}"}}]}]}}
            """)!;
        if (annotations is not null)
        {
            document["metadata"]!["annotations"] = JsonNode.Parse(annotations);
        }

        return Read(document.ToJsonString());
    }

    public static Resource WithStatus(this Resource resource, string status)
    {
        var document = JsonNode.Parse(resource.Document.GetRawText())!;
        document["status"] = JsonNode.Parse(status);
        return Read(document.ToJsonString());
    }

    public static string DestinationOf(Resource resource) =>
        resource.Document.GetProperty("spec").GetProperty("http")[0].GetProperty("route")[0].GetProperty("destination").GetProperty("host").GetString()!;

    public static (WriteStatus Status, long Version) Outcome(WriteResult result) => (result.Status, result.Version);

    public static Task<WriteResult> WriteAsync(this WatchedStore watched, Resource next, long? expected = null) => watched.Store.WriteAsync(next, expected);

    public static Task<WriteResult> DeleteAsync(this WatchedStore watched, string name, long? expected = null) => watched.Store.DeleteAsync(name, expected);

    public static Task<WriteResult> WriteAsync(this IResourceStore store, Resource next, long? expected = null) =>
        store.WriteAsync(new ResourceWrite(next.Id, next, expected), TestContext.Current.CancellationToken);

    public static Task<WriteResult> DeleteAsync(this IResourceStore store, string name, long? expected = null) =>
        store.WriteAsync(new ResourceWrite(Id(name), null, expected), TestContext.Current.CancellationToken);

    private static Resource Read(string json) => Assert.Single(Manifest.ReadValid(json));
}
