using Mesh.Client.Xds;
using Mesh.Server.Debugging;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Shows what the mesh has made this process do.</summary>
public static class MeshDebugEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>GET {prefix}/config_dump</c>: the configuration that this process has in force, in the form of CSDS (envoy.service.status.v3) as JSON, without secrets.
    /// Nothing is mapped unless this is called. Then only processes of this machine get an answer (404 for others), until an authorization policy is put on the endpoint,
    /// as by <c>app.MapMeshDebug().RequireAuthorization("operators")</c>, which decides from then on.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="prefix">Where the pages are. Default: <c>/debug</c>.</param>
    /// <returns>The endpoint, for conventions.</returns>
    /// <exception cref="InvalidOperationException"><c>AddMesh()</c> was not called.</exception>
    public static IEndpointConventionBuilder MapMeshDebug(this IEndpointRouteBuilder endpoints, string prefix = "/debug")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        var client = endpoints.ServiceProvider.GetService<XdsClient>()
            ?? throw new InvalidOperationException("MapMeshDebug() found no mesh in the application's services. Call builder.AddMesh() before builder.Build().");
        return endpoints.MapGet($"{prefix.TrimEnd('/')}/config_dump", new ConfigDumpEndpoint(client).WriteAsync).WithDisplayName("Mesh config dump");
    }
}
