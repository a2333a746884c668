using Mesh.ControlPlane.Access.Roles;

namespace Mesh.ControlPlane.Api.Routing;

/// <summary>One endpoint of the API, and what its caller must be allowed to do.</summary>
/// <param name="Method">Of HTTP.</param>
/// <param name="Pattern">The path, with <c>{placeholders}</c>.</param>
/// <param name="Permission">Checked before the handler runs; a handler that serves one namespace asks again for that one.</param>
/// <param name="Handler">Answers.</param>
internal sealed record ApiRoute(string Method, string Pattern, Permission Permission, Func<ApiCall, Task> Handler)
{
    public static ApiRoute Get(string pattern, Permission permission, Func<ApiCall, Task> handler) => new(HttpMethods.Get, pattern, permission, handler);

    public static ApiRoute Post(string pattern, Permission permission, Func<ApiCall, Task> handler) => new(HttpMethods.Post, pattern, permission, handler);

    public static ApiRoute Delete(string pattern, Permission permission, Func<ApiCall, Task> handler) => new(HttpMethods.Delete, pattern, permission, handler);

    /// <summary>All methods of Kubernetes under one pattern.</summary>
    public static IEnumerable<ApiRoute> Objects(string pattern, Func<ApiCall, Task> handler) =>
    [
        Get(pattern, Permission.ReadMesh, handler),
        Post(pattern, Permission.WriteMesh, handler),
        new(HttpMethods.Put, pattern, Permission.WriteMesh, handler),
        new(HttpMethods.Patch, pattern, Permission.WriteMesh, handler),
        Delete(pattern, Permission.WriteMesh, handler),
    ];

    public override string ToString() => $"{Method} {Pattern}";
}
