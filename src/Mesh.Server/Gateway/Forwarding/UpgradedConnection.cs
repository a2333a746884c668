using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Gateway.Forwarding;

/// <summary>Carries a WebSocket: once the callee has agreed, bytes go both ways until one side is done.</summary>
internal static class UpgradedConnection
{
    private const string KeyHeader = "Sec-WebSocket-Key";
    private const int KeyLength = 16;

    /// <summary>An extended CONNECT has no key; the callee speaks HTTP/1.1 and asks for one (RFC 6455 4.1).</summary>
    public static void Prepare(HttpContext context, HttpRequestMessage message)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true })
        {
            message.Headers.Remove(KeyHeader);
            message.Headers.TryAddWithoutValidation(KeyHeader, Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength)));
        }
    }

    public static async Task CarryAsync(HttpContext context, HttpResponseMessage message)
    {
        var upstream = await message.Content.ReadAsStreamAsync(context.RequestAborted);
        await using (upstream)
        {
            var caller = await AcceptAsync(context, message);
            await using (caller)
            {
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
                var there = CopyAsync(caller, upstream, ended.Token);
                var back = CopyAsync(upstream, caller, ended.Token);

                // A WebSocket is closed by its own frames; whose connection ends first has sent the last one.
                await Task.WhenAny(there, back);
                await ended.CancelAsync();
                await Task.WhenAll(there, back).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async Task<Stream> AcceptAsync(HttpContext context, HttpResponseMessage message)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            context.Response.StatusCode = (int)HttpStatusCode.OK;
            context.Response.Headers.Remove("Sec-WebSocket-Accept");
            return await connect.AcceptAsync();
        }

        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.Upgrade = message.Headers.NonValidated.TryGetValues("Upgrade", out var protocol) ? protocol.ToString() : "websocket";
        return await context.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
    }

    private static async Task CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int count;
            while ((count = await from.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                await to.FlushAsync(cancellationToken);
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
