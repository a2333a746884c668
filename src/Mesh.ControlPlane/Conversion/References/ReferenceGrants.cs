using System.Collections.Immutable;
using Mesh.Config.Kubernetes.GatewayApi;

namespace Mesh.ControlPlane.Conversion.References;

/// <summary>Tells which references may leave their namespace.</summary>
internal sealed class ReferenceGrants(ImmutableArray<ApiObject<ReferenceGrantSpec>> grants)
{
    private readonly ILookup<string, ReferenceGrantSpec> _byNamespace = grants.ToLookup(grant => grant.Namespace, grant => grant.Spec, StringComparer.Ordinal);

    /// <param name="from">Group, kind and namespace of what refers.</param>
    /// <param name="group">Of what is referred to.</param>
    /// <param name="kind">Of what is referred to.</param>
    /// <param name="namespace">Of what is referred to; only what stands there can allow it.</param>
    /// <param name="name">Of what is referred to.</param>
    public bool Allow((string Group, string Kind, string Namespace) from, string group, string kind, string @namespace, string name) =>
        from.Namespace == @namespace
        || _byNamespace[@namespace].Any(grant =>
            grant.From.Any(source => source.Group == from.Group && source.Kind == from.Kind && source.Namespace == from.Namespace)
            && grant.To.Any(target => target.Group == group && target.Kind == kind && (target.Name.Length == 0 || target.Name == name)));
}
