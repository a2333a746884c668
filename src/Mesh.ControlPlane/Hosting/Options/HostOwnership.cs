namespace Mesh.ControlPlane;

/// <summary>Who may define routes and rules for the hosts of a namespace.</summary>
public enum HostOwnership
{
    /// <summary>Every namespace, as in Istio; what it exports decides who follows it.</summary>
    Shared,

    /// <summary>The namespace itself and the root namespace of the mesh (<c>rootNamespace</c> of its configuration, <c>istio-system</c>) alone.</summary>
    Namespace,
}
