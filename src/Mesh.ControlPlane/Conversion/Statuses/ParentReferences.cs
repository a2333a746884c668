using System.Text.Json.Nodes;
using Mesh.Config.Kubernetes.GatewayApi;

namespace Mesh.ControlPlane.Conversion.Statuses;

/// <summary>Writes references to parents as they are written in specs, with the defaults filled in.</summary>
internal static class ParentReferences
{
    public static JsonObject ToJson(ParentReference reference)
    {
        var result = new JsonObject { ["group"] = reference.Group, ["kind"] = reference.Kind };
        if (reference.Namespace.Length > 0)
        {
            result["namespace"] = reference.Namespace;
        }

        result["name"] = reference.Name;
        if (reference.SectionName.Length > 0)
        {
            result["sectionName"] = reference.SectionName;
        }

        if (reference.HasPort)
        {
            result["port"] = reference.Port;
        }

        return result;
    }
}
