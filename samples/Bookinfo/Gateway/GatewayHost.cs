using System.Globalization;
using Mesh.Server;

namespace Bookinfo.Gateway;

/// <summary>The ingress gateway of Bookinfo: all of it is <c>AddMesh()</c> and <c>MapMeshGateway()</c>, the rest comes as Istio resources.</summary>
internal static class GatewayHost
{
    /// <summary>The port in Istio's own bookinfo-gateway.yaml.</summary>
    public const int BookinfoPort = 8080;

    /// <summary>The port in its gateway-api/bookinfo-gateway.yaml.</summary>
    public const int GatewayApiPort = 80;

    public static WebApplication Build(string[] args)
    {
        var arguments = ServiceArguments.Parse(args);
        // Without the port: it is that of the Gateway resource, and no address of the server's own.
        var builder = ServiceHost.CreateBuilder([.. arguments.ExitWithParent ? ["--exit-with-parent"] : Array.Empty<string>(), .. arguments.Rest]);
        var port = (arguments.Port ?? BookinfoPort).ToString(CultureInfo.InvariantCulture);
        builder.Configuration.AddInMemoryCollection(
        [
            new($"{MeshGatewayOptions.SectionName}:Address", "127.0.0.1"),
            new($"{MeshGatewayOptions.SectionName}:Ports:{BookinfoPort}", port),
            new($"{MeshGatewayOptions.SectionName}:Ports:{GatewayApiPort}", port),

            // By it a Gateway of the Gateway API, which has no selector, finds the process that serves it.
            new("Mesh:Labels:gateway.networking.k8s.io/gateway-name", "bookinfo-gateway"),
        ]);
        builder.AddMesh();
        var app = builder.Build();
        app.MapMeshGateway();
        app.Lifetime.ApplicationStarted.Register(() => _ = AnnounceAsync(app));
        return app;
    }

    // As every other service of the sample says it, when there is something to say: a port is open once a Gateway resource asks for it.
    private static async Task AnnounceAsync(WebApplication app)
    {
        var gateway = app.Services.GetRequiredService<IMeshGateway>();
        using var found = CancellationTokenSource.CreateLinkedTokenSource(app.Lifetime.ApplicationStopping);
        var first = await Task.WhenAny(gateway.WaitForPortAsync(BookinfoPort, found.Token), gateway.WaitForPortAsync(GatewayApiPort, found.Token));
        Console.WriteLine($"Now listening on: http://{await first}");
        await found.CancelAsync();
    }
}
