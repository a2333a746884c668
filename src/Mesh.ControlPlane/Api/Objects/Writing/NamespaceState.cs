using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.Config.Objects.Lifecycle;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>What a namespace says of its own life: the API is its controller.</summary>
internal static class NamespaceState
{
    public static void Apply(ResourceKind kind, JsonObject document)
    {
        if (kind != ServedKinds.Namespace)
        {
            return;
        }

        if (document["spec"]?["finalizers"] is null)
        {
            document["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
        }

        document["status"] = new JsonObject { ["phase"] = ObjectLifecycle.IsDeleting(document) ? "Terminating" : "Active" };
    }
}
