using System.Diagnostics;
using Mesh.Client;
using Mesh.Server.Hosting;
using Mesh.Server.Authorization.Endpoints;
using Mesh.Server.Metrics;
using Mesh.Server.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.Hosting;

/// <summary>Puts an ASP.NET Core application into the mesh.</summary>
public static class MeshWebApplicationBuilderExtensions
{
    /// <summary>
    /// Puts this application into the mesh: what it calls at once, what it receives with <c>app.UseMesh()</c>. Preferred over the overload for any
    /// <see cref="IHostApplicationBuilder"/>, because a server has services of its own.
    /// </summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="configure">Settings that go before configuration section <c>Mesh</c>.</param>
    /// <returns>For further settings.</returns>
    public static IMeshBuilder AddMesh(this WebApplicationBuilder builder, Action<MeshOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, EndpointGuardPolicy>());
        builder.Services.TryAddSingleton<MetricsServer>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, MetricsServer>(static provider => provider.GetRequiredService<MetricsServer>()));
        if (!builder.Services.Any(service => service.ImplementationInstance is MeshTracePropagator))
        {
            builder.Services.AddSingleton<DistributedContextPropagator>(new MeshTracePropagator(DistributedContextPropagator.Current));
        }

        GatewaySetup.AddServices(builder.Services);
        return ((IHostApplicationBuilder)builder).AddMesh(configure);
    }
}
