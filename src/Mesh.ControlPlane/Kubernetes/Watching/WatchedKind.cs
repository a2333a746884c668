using Mesh.Config;

namespace Mesh.ControlPlane.Kubernetes.Watching;

/// <summary>A kind that is followed.</summary>
/// <param name="Kind">Which.</param>
/// <param name="FieldSelector">Which objects of it; empty for all.</param>
internal sealed record WatchedKind(ResourceKind Kind, string FieldSelector = "")
{
    /// <summary>The path of its objects in all namespaces.</summary>
    public string Path(string version) => Kind.Group.Length == 0 ? $"api/{version}/{Kind.Plural}" : $"apis/{Kind.Group}/{version}/{Kind.Plural}";
}
