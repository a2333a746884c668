using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.ControlPlane.Tests.Keys;

/// <summary>A web server that an issuer might run; counts who came.</summary>
internal sealed class IssuerSite : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private IssuerSite(WebApplication app) => _app = app;

    public int Requests => Volatile.Read(ref _requests);

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<IssuerSite> StartAsync(Func<IssuerSite, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var site = new IssuerSite(app);
        app.Run(context =>
        {
            Interlocked.Increment(ref site._requests);
            return answer(site, context);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return site;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
