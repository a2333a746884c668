using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.Failures;

/// <summary>Plain Kestrel servers that answer everything with 200.</summary>
internal sealed class GoodServers : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GoodServers(WebApplication app) => _app = app;

    public IEnumerable<int> Ports => _app.Urls.Select(url => new Uri(url).Port);

    public static async Task<GoodServers> StartAsync(int count, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            for (var server = 0; server < count; server++)
            {
                kestrel.Listen(IPAddress.Loopback, 0);
            }
        });
        var app = builder.Build();
        app.MapGet("/", () => "ok");
        await app.StartAsync(cancellationToken);
        return new GoodServers(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
