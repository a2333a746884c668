using System.Net;
using System.Net.Sockets;
using System.Text;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>What attackers send, byte by byte: it is refused at the edge, and nothing of it reaches the service.</summary>
public sealed class GatewayAbuseTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task SmugglingAndBombs_OnTheWire_AreRefusedBeforeTheService()
    {
        var seen = 0;
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All, Cancellation);
        using var client = await GatewayRequestTests.StartAsync(mesh, app => app.Map("/{**path}", (HttpRequest request) =>
        {
            // What started the test asks for /shop alone.
            if (request.Path != "/shop")
            {
                Interlocked.Increment(ref seen);
            }

            return "ok";
        }));
        var place = new IPEndPoint(IPAddress.Loopback, client.BaseAddress!.Port);
        string[] attacks =
        [
            "POST /shop/a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /shop/smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST /shop/a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
            "POST /shop/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            "POST /shop/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
            "GET /shop/a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
            "GET /shop/a HTTP/1.1\r\n\r\n",
            "GET /shop/a HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n",
            "GET /shop/a HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
            "GET /shop/a HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n",
            "GET /shop/a HTTP/1.1\nHost: x y\n\n",
            "GET /shop/a HTTP/1.1\r\nHost: x\r\n" + string.Concat(Enumerable.Range(0, 200).Select(number => $"h{number}: v\r\n")) + "\r\n",
            "GET /shop/a HTTP/1.1\r\nHost: x\r\nlong: " + new string('a', 64 * 1024) + "\r\n\r\n",
            "GET /shop/" + new string('a', 16 * 1024) + " HTTP/1.1\r\nHost: x\r\n\r\n",
            "CONNECT backend:80 HTTP/1.1\r\nHost: backend:80\r\n\r\n",
        ];

        foreach (var attack in attacks)
        {
            var answer = await SendAsync(place, attack);

            Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), $"{attack[..Math.Min(attack.Length, 80)]} was answered: {answer}");
        }

        // A chunked body that turns out to be malformed is known only when it is read on: of the others nothing arrives.
        Assert.InRange(Volatile.Read(ref seen), 0, 1);
        Assert.Equal("ok", await client.GetStringAsync("/shop", Cancellation));
    }

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
    public async Task RapidReset_OverHttp2_EndsTheConnection()
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All, Cancellation);
        using var client = await GatewayRequestTests.StartAsync(mesh, app => app.Map("/{**path}", () => "ok"));
        using var socket = new TcpClient();
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, client.BaseAddress!.Port), Cancellation);
        var stream = socket.GetStream();
        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), Cancellation);
        await stream.WriteAsync(Frame(type: 4, flags: 0, id: 0, []), Cancellation);

        var ended = false;
        for (var id = 1; id < 40_000 && !ended; id += 2)
        {
            try
            {
                // :method GET, :scheme http, :path /, and :authority x as a literal (RFC 7541).
                await stream.WriteAsync(Frame(type: 1, flags: 5, id, [0x82, 0x86, 0x84, 0x41, 0x01, (byte)'x']), Cancellation);
                await stream.WriteAsync(Frame(type: 3, flags: 0, id, [0, 0, 0, 8]), Cancellation);
                ended = socket.Available > 0 && await SaysGoAwayAsync(stream);
            }
            catch (IOException)
            {
                ended = true;
            }
        }

        Assert.True(ended);
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

    private static async Task<string> SendAsync(IPEndPoint place, string text)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(place, Cancellation);
        var stream = socket.GetStream();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(4));
        var answer = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(text), limit.Token);
            var buffer = new byte[4096];
            int count;
            while ((count = await stream.ReadAsync(buffer, limit.Token)) > 0)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (IOException)
        {
            // Cut off, which is an answer.
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            // It was answered, and the connection stays open.
        }

        return answer.ToString();
    }
}
