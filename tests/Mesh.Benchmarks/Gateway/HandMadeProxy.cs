using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Benchmarks.Gateway;

/// <summary>The least that a reverse proxy of Kestrel and <see cref="SocketsHttpHandler"/> does for a request without a body: what no gateway made of the two can cost less than.</summary>
internal static class HandMadeProxy
{
    private const int BufferSize = 4096;

    public static async Task<int> RunAsync(string backend)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        await using var app = builder.Build();
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });
        var target = $"http://127.0.0.1:{backend}";
        app.Run(context => ForwardAsync(context, invoker, target));
        await app.StartAsync();
        Console.WriteLine(new Uri(app.Urls.Single()).Port);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task ForwardAsync(HttpContext context, HttpMessageInvoker invoker, string target)
    {
        using var message = new HttpRequestMessage(HttpMethod.Parse(context.Request.Method), target + context.Request.Path + context.Request.QueryString);
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!name.Equals("Connection", StringComparison.OrdinalIgnoreCase))
            {
                message.Headers.TryAddWithoutValidation(name, values.ToString());
            }
        }

        message.Headers.TryAddWithoutValidation("x-forwarded-for", context.Connection.RemoteIpAddress!.ToString());
        message.Headers.TryAddWithoutValidation("x-forwarded-proto", context.Request.Scheme);
        message.Headers.TryAddWithoutValidation("x-request-id", Guid.NewGuid().ToString());
        using var response = await invoker.SendAsync(message, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        Copy(response.Headers.NonValidated, context.Response.Headers);
        Copy(response.Content.Headers.NonValidated, context.Response.Headers);
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferSize);
        var body = await response.Content.ReadAsStreamAsync();
        int count;
        while ((count = await body.ReadAsync(buffer)) > 0)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, count));
        }

        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
    }

    private static void Copy(System.Net.Http.Headers.HttpHeadersNonValidated from, IHeaderDictionary to)
    {
        foreach (var (name, values) in from)
        {
            if (!name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                to[name] = values.ToString();
            }
        }
    }
}
