using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Generation;

namespace Mesh.ControlPlane.Api.Pages;

/// <summary>The roots of the mesh, for callers that were given a pin and nothing else: .NET's TLS servers do not send their root.</summary>
internal sealed class TrustPage(IMeshStateSource source)
{
    public const string Path = "/trust-bundle";

    public IEnumerable<ApiRoute> Routes => [ApiRoute.Get(Path, Permission.Public, call => WriteAsync(call.Http))];

    public Task WriteAsync(HttpContext http)
    {
        http.Response.ContentType = "application/x-pem-file";
        return http.Response.WriteAsync(source.Current.Trust?.OwnRoots ?? "", http.RequestAborted);
    }
}
