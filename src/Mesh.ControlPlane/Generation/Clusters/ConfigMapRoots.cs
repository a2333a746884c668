using Mesh.Config;
using Mesh.ControlPlane.Conversion;

namespace Mesh.ControlPlane.Generation.Clusters;

/// <summary>Reads roots that a rule names as <c>configmap://NAMESPACE/NAME</c>, which is istiod's name of those of a BackendTLSPolicy.</summary>
internal static class ConfigMapRoots
{
    private const string Scheme = "configmap://";

    /// <summary>As PEM; null for any other credential, and for one that is gone.</summary>
    public static string? Find(GenerationContext context, string credential)
    {
        if (!credential.StartsWith(Scheme, StringComparison.Ordinal) || credential[Scheme.Length..].Split('/') is not [var @namespace, var name])
        {
            return null;
        }

        var id = new ResourceId(ResourceKinds.CoreGroup, ResourceKinds.ConfigMap.Kind, @namespace, name);
        return context.State.Config.Resources.TryGetValue(id, out var found) && GatewayApiObjects.RootsOf(found.Document) is { Length: > 0 } roots ? roots : null;
    }
}
