using Mesh.Config;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects;

/// <summary>Whether a caller may do something with objects of a kind, there where they are.</summary>
/// <remarks>
/// As Kubernetes' <c>view</c> and <c>edit</c> roles have it: who may read the mesh reads everything but secrets, which are for those who may write in their namespace.
/// A request over all namespaces needs a grant for all of them.
/// </remarks>
internal static class ObjectAccess
{
    public static bool May(ApiCaller caller, string verb, ResourceKind kind, string? @namespace, string? name)
    {
        var permission = PermissionOf(verb, kind);

        // What is installed is no secret to anybody who may use it.
        if (kind == ServedKinds.CustomResourceDefinition && permission == Permission.ReadMesh)
        {
            return caller.MaySomewhere(permission);
        }

        // A namespace counts as inside itself, as for Kubernetes' authorizers.
        var place = kind.Namespaced ? @namespace : kind == ServedKinds.Namespace && verb != "create" ? name : null;
        return string.IsNullOrEmpty(place) ? caller.MayEverywhere(permission) : caller.MayIn(permission, place);
    }

    /// <exception cref="ApiException">403, in the words of Kubernetes' role-based access control.</exception>
    public static void Require(ApiCall call, string verb, ObjectPath path)
    {
        if (May(call.Caller, verb, path.Kind, path.Namespace, path.Name))
        {
            return;
        }

        var resource = path.Subresource is null ? path.Kind.Plural : $"{path.Kind.Plural}/{path.Subresource}";
        var scope = path.Namespace is null ? "at the cluster scope" : $"in the namespace \"{path.Namespace}\"";
        throw ObjectErrors.Forbidden(
            path.Kind,
            path.Name ?? "",
            $"User \"{call.Caller.Name}\" cannot {verb} resource \"{resource}\" in API group \"{path.Kind.Group}\" {scope}");
    }

    private static Permission PermissionOf(string verb, ResourceKind kind) =>
        verb is "get" or "list" or "watch" && kind != ServedKinds.Secret ? Permission.ReadMesh : Permission.WriteMesh;
}
