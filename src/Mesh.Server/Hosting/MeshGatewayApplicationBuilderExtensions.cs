using Mesh.Server;
using Mesh.Server.Hosting;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Makes an ASP.NET Core application a gateway of the mesh.</summary>
public static class MeshGatewayApplicationBuilderExtensions
{
    /// <summary>
    /// Makes this application an ingress or egress gateway: it opens the ports of the Istio Gateway resources that select it by its labels (<c>Mesh:Labels</c>), and
    /// sends on what comes in there by the VirtualServices that are bound to them. Calls <c>UseMesh()</c>. Requests on other ports go to the application as always;
    /// those of the gateway never reach its endpoints, but pass the middleware that stands before this call. Settings: <see cref="MeshGatewayOptions"/>. Calling it again does nothing.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <returns>The application.</returns>
    /// <exception cref="InvalidOperationException"><c>AddMesh()</c> was not called on the <c>WebApplicationBuilder</c>, or the server is not Kestrel.</exception>
    public static IApplicationBuilder MapMeshGateway(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (!GatewaySetup.IsOpen(app))
        {
            GatewaySetup.Open(app);
            app.UseMesh();
        }

        return app;
    }
}
