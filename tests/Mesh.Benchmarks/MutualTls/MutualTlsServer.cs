using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Mesh.Benchmarks.MutualTls;

/// <summary>The other process: answers 1 KiB in plaintext and over mutual TLS until its standard input ends.</summary>
internal static class MutualTlsServer
{
    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        var certificate = BenchmarkCertificates.ServerContext;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = certificate,
                    ClientCertificateRequired = true,
                    ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],

                    // The same for all variants: what is compared is the client.
                    RemoteCertificateValidationCallback = (_, leaf, _, _) => leaf is not null,
                }),
            }));
        });
        await using var app = builder.Build();
        var body = new byte[1024];
        app.Run(context =>
        {
            context.Response.ContentLength = body.Length;
            return context.Response.Body.WriteAsync(body).AsTask();
        });
        await app.StartAsync();
        Console.WriteLine(string.Join(',', app.Urls.Select(url => new Uri(url).Port)));
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
