using Mesh.Client.Metrics;
using Mesh.Server.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts the page of metrics among the endpoints of an application.</summary>
public static class MeshMetricsEndpointRouteBuilderExtensions
{
    private const string DefaultPattern = "/metrics";

    /// <summary>
    /// Serves the metrics of the mesh in this process to Prometheus: Istio's standard metrics, the mesh's own and those of .NET's runtime, as text or as OpenMetrics with exemplars,
    /// whichever the scraper asks for. The policies of the port hold for it as for every other endpoint; <c>Mesh:Telemetry:MetricsAddress</c> serves it outside of them.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The route; <c>/metrics</c> by default.</param>
    /// <param name="meters">Further meters to show, such as <c>Microsoft.AspNetCore.Hosting</c>; <c>*</c> stands for any text. Listening to a meter makes it cost.</param>
    /// <returns>For further conventions, such as <c>RequireHost</c>.</returns>
    /// <exception cref="InvalidOperationException"><c>AddMesh()</c> was not called.</exception>
    public static IEndpointConventionBuilder MapMeshMetrics(this IEndpointRouteBuilder endpoints, string pattern = DefaultPattern, params string[] meters)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(meters);
        var services = endpoints.ServiceProvider;
        var meter = services.GetService<TrafficMeter>()
            ?? throw new InvalidOperationException("MapMeshMetrics() found no mesh in the application's services. Call builder.AddMesh() before builder.Build().");
        var page = new AppMetricsPage(meter, meters);
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(page.Dispose);
        return endpoints.MapMethods(pattern, [HttpMethods.Get], (RequestDelegate)page.Page.WriteAsync).WithDisplayName("Mesh metrics");
    }
}
