using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.Reliability;

/// <summary>A server that knows nothing of any mesh.</summary>
internal sealed class Outside : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Outside(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public static async Task<Outside> StartAsync(string answer, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/", () => answer);
        await app.StartAsync(cancellationToken);
        return new Outside(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
