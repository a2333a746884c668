using System.Net;
using System.Net.Sockets;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>What attackers do with requests that are well formed: it ends at the edge, and is counted.</summary>
public sealed class GatewayAbuseTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task DotSegments_ThatLeaveTheRoute_AreResolvedBeforeItIsLookedFor()
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All, Cancellation);
        using var client = await GatewayRequestTests.StartAsync(mesh, app => app.Map("/{**path}", (HttpRequest request) => request.Path.Value));
        var place = new IPEndPoint(IPAddress.Loopback, client.BaseAddress!.Port);

        Assert.StartsWith("HTTP/1.1 404", await SendAsync(place, "GET /shop/../admin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 404", await SendAsync(place, "GET /shop/%2e%2E/admin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 404", await SendAsync(place, "GET /shop\\..\\admin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
        Assert.EndsWith("/shop/b", (await SendAsync(place, "GET /shop/a/../b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).TrimEnd('0', '\r', '\n'), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Body_ThatDripsIn_IsCutOffAndCounted()
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All, Cancellation);
        using var refusals = new Refusals();
        using var client = await GatewayRequestTests.StartAsync(mesh, app => app.MapPost("/shop/slow", async (HttpRequest request) => await new StreamReader(request.Body).ReadToEndAsync(Cancellation)));
        using var socket = new TcpClient();
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, client.BaseAddress!.Port), Cancellation);
        await socket.GetStream().WriteAsync("POST /shop/slow HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na"u8.ToArray(), Cancellation);

        await Eventually.ReachesAsync("the body is given up", () => Task.FromResult(refusals.Reasons.Contains("min_request_body_data_rate")), () => refusals.ToString(), cancellationToken: Cancellation);
    }

    [Fact(Timeout = 60_000)]
    public async Task Continuations_WithoutEnd_EndTheConnectionAndAreCounted()
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All, Cancellation);
        using var refusals = new Refusals();
        using var client = await GatewayRequestTests.StartAsync(mesh, app => app.Map("/{**path}", () => "ok"));
        using var socket = new TcpClient();
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, client.BaseAddress!.Port), Cancellation);
        var stream = socket.GetStream();
        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), Cancellation);
        await stream.WriteAsync(Frame(type: 4, flags: 0, id: 0, []), Cancellation);
        await stream.WriteAsync(Frame(type: 1, flags: 1, id: 1, [0x82, 0x86, 0x84, 0x41, 0x01, (byte)'x']), Cancellation);

        // A literal header without an index, over and over, and never END_HEADERS (CVE-2024-27316 and its like).
        var piece = Enumerable.Range(0, 2_000).SelectMany(static _ => new byte[] { 0x00, 0x01, (byte)'a', 0x01, (byte)'b' }).ToArray();
        var ended = false;
        for (var sent = 0; sent < 2_000 && !ended; sent++)
        {
            try
            {
                await stream.WriteAsync(Frame(type: 9, flags: 0, id: 1, piece), Cancellation);
                ended = socket.Available > 0 && await SaysGoAwayAsync(stream);
            }
            catch (IOException)
            {
                ended = true;
            }
        }

        Assert.True(ended);
        await Eventually.ReachesAsync("it is counted", () => Task.FromResult(refusals.Total > 0), () => refusals.ToString(), cancellationToken: Cancellation);
    }

    [Fact(Timeout = 60_000)]
    public async Task RapidReset_OverHttp2_EndsTheConnectionAndIsCounted()
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All, Cancellation);
        using var refusals = new Refusals();
        using var client = await GatewayRequestTests.StartAsync(mesh, app =>
        {
            app.MapGet("/shop", () => "ok");
            app.MapGet("/shop/slow", (HttpContext context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        });
        using var socket = new TcpClient();
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, client.BaseAddress!.Port), Cancellation);
        var stream = socket.GetStream();
        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), Cancellation);
        await stream.WriteAsync(Frame(type: 4, flags: 0, id: 0, []), Cancellation);
        var reading = stream.CopyToAsync(Stream.Null, Cancellation);
        try
        {
            for (var id = 1; id < 100_000 && !reading.IsCompleted; id += 2)
            {
                // :method GET, :scheme http, :path /shop/slow and :authority x as literals (RFC 7541); CANCEL (CVE-2023-44487).
                await stream.WriteAsync(Frame(type: 1, flags: 5, id, [0x82, 0x86, 0x44, 0x0a, .. "/shop/slow"u8, 0x41, 0x01, (byte)'x']), Cancellation);
                await stream.WriteAsync(Frame(type: 3, flags: 0, id, [0, 0, 0, 8]), Cancellation);
            }
        }
        catch (IOException)
        {
            // The connection is cut.
        }

        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await Eventually.ReachesAsync("it is counted", () => Task.FromResult(refusals.Total > 0), () => refusals.ToString(), cancellationToken: Cancellation);
        Assert.Equal("ok", await client.GetStringAsync("/shop", Cancellation));
    }

    private static async Task<bool> SaysGoAwayAsync(NetworkStream stream)
    {
        const byte GoAway = 7;
        var header = new byte[9];
        await stream.ReadExactlyAsync(header, Cancellation);
        var length = (header[0] << 16) | (header[1] << 8) | header[2];
        await stream.ReadExactlyAsync(new byte[length], Cancellation);
        return header[3] == GoAway;
    }

    private static byte[] Frame(byte type, byte flags, int id, byte[] payload) =>
        [0, (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, (byte)(id >> 24), (byte)(id >> 16), (byte)(id >> 8), (byte)id, .. payload];

    private static Task<string> SendAsync(IPEndPoint place, string text) => RawRequest.SendAsync(place, text, Cancellation);
}
