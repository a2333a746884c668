using System.Net;
using Mesh.Server.Gateway;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>Requests that could be read in two ways, or that never become one: each is refused, and counted once, whoever refuses it.</summary>
public sealed class GatewayFramingTests
{
    /// <summary>Of this class alone, so that what is counted is its own.</summary>
    private const int Port = 18080;

    private const string Body = "POST /shop/a HTTP/1.1\r\nHost: x\r\n";
    private const string Smuggled = "0\r\n\r\nGET /shop/smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

    private static readonly (int Status, string Text)[] Attacks =
    [
        (400, Body + "Content-Length: +3\r\n\r\nabc"),
        (400, Body + "Content-Length: -1\r\n\r\n"),
        (400, Body + "Content-Length: 0x4\r\n\r\nabcd"),
        (400, Body + "Content-Length: 4,4\r\n\r\nabcd"),
        (400, Body + "Content-Length: 4 4\r\n\r\nabcd"),
        (400, Body + "Content-Length: 4;\r\n\r\nabcd"),
        (400, Body + "Content-Length:\r\n\r\nabcd"),
        (400, Body + "Content-Length: 00000000000000000004\r\n\r\nabcd"),
        (400, Body + "Content-Length: 99999999999999999999\r\n\r\nabcd"),
        (400, Body + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde"),
        (400, Body + "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd"),
        (400, Body + "Content-Length : 4\r\n\r\nabcd"),
        (400, Body + "Content-Length: 4\r\n 4\r\n\r\nabcd"),
        (400, Body + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + Smuggled),
        (400, Body + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n" + Smuggled),
        (400, Body + "Transfer-Encoding : chunked\r\n\r\n" + Smuggled),
        (400, Body + "Transfer-Encoding: xchunked\r\n\r\n" + Smuggled),
        (400, Body + "Transfer-Encoding: chunked, identity\r\n\r\n" + Smuggled),
        (400, Body + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + Smuggled),
        (400, Body + "Transfer-Encoding: chunked, chunked\r\n\r\n" + Smuggled),
        (501, Body + "Transfer-Encoding: gzip, chunked\r\n\r\n" + Smuggled),
        (501, Body + "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n" + Smuggled),
        (400, "POST /shop/a HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + Smuggled),
        (400, Body + "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"),
        (400, Body + "Transfer-Encoding: chunked\r\n\r\n1;a=\n\r\nb\r\n0\r\n\r\n"),
        (400, Body + "Transfer-Encoding: chunked\r\n\r\n+1\r\nb\r\n0\r\n\r\n"),
        (400, "GET /shop/a HTTP/1.1\r\nHost: x\r\nX: y\rZ: z\r\n\r\n"),
        (400, "GET /shop/a HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n"),
        (400, "GET /shop/a HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n"),
        (400, "GET /shop/a HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n"),
        (400, "GET /shop/a HTTP/1.1\r\nHost: x\r\nNoColon\r\n\r\n"),
        (400, "GET /shop/a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
        (400, "GET /shop/a HTTP/1.1\r\nHost: x y\r\n\r\n"),
        (400, "GET /shop/a HTTP/1.1\r\n\r\n"),
        (400, "GET http://other.example/shop/a HTTP/1.1\r\nHost: x\r\n\r\n"),
        (400, "GET  /shop/a HTTP/1.1\r\nHost: x\r\n\r\n"),
        (404, "CONNECT backend:80 HTTP/1.1\r\nHost: backend:80\r\n\r\n"),
        (505, "GET /shop/a HTTP/9.9\r\nHost: x\r\n\r\n"),
        (431, "GET /shop/a HTTP/1.1\r\nHost: x\r\n" + string.Concat(Enumerable.Range(0, 200).Select(number => $"h{number}: v\r\n")) + "\r\n"),
        (431, "GET /shop/a HTTP/1.1\r\nHost: x\r\nlong: " + new string('a', 64 * 1024) + "\r\n\r\n"),
        (414, "GET /shop/" + new string('a', 16 * 1024) + " HTTP/1.1\r\nHost: x\r\n\r\n"),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Request_ThatCanBeReadInTwoWays_IsRefusedAndCountedOnce()
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All.Replace("number: 8080", $"number: {Port}", StringComparison.Ordinal), Cancellation);
        using var refusals = new Refusals(Port);
        var smuggled = 0;
        await mesh.StartServiceAsync("shop", "v1", app => app.Map("/{**path}", async (HttpRequest request) =>
        {
            Interlocked.Add(ref smuggled, request.Path == "/shop/smuggled" ? 1 : 0);
            await request.Body.CopyToAsync(Stream.Null, Cancellation);
            return "ok";
        }), Cancellation);
        var gateway = await mesh.StartGatewayAsync([Port], Cancellation);
        var place = new IPEndPoint(IPAddress.Loopback, (await gateway.PortAsync(Port, Cancellation)).Port);
        await Eventually.ReachesAsync("the service is there", async () => (await RawRequest.SendAsync(place, "GET /shop HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", Cancellation)).Contains("ok", StringComparison.Ordinal), cancellationToken: Cancellation);

        foreach (var (status, text) in Attacks)
        {
            var before = refusals.Total;
            var start = text[..Math.Min(text.Length, 100)];
            var answer = await RawRequest.SendAsync(place, text, Cancellation);
            Assert.True(answer.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal), $"{start} was to be refused with {status}: {answer}");
            await Eventually.ReachesAsync($"it is counted once: {start}", () => refusals.Total == before + 1, refusals.ToString, cancellationToken: Cancellation);
        }

        Assert.Equal(0, smuggled);
        Assert.Contains(GatewayMeter.AmbiguousLength, refusals.Reasons);
        Assert.Contains(GatewayMeter.TransferCoding, refusals.Reasons);
        Assert.Contains(GatewayMeter.BadTarget, refusals.Reasons);
        Assert.Contains("max_request_headers_total_size_exceeded", refusals.Reasons);
    }

    [Fact(Timeout = 60_000)]
    public async Task Lines_ThatEndWithALineFeedAlone_AreLinesOfTheirOwnForTheServiceToo()
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All, Cancellation);
        using var client = await GatewayRequestTests.StartAsync(mesh, app => app.MapGet("/shop/lines", (HttpRequest request) => $"<{request.Headers["A"]}|{request.Headers["B"]}>"));

        // RFC 9112 2.2 allows it; two readings would be a danger, and what is sent on has one.
        var answer = await RawRequest.SendAsync(new IPEndPoint(IPAddress.Loopback, client.BaseAddress!.Port), "GET /shop/lines HTTP/1.1\nHost: x\nConnection: close\nA: a\nB: b\r\n\n", Cancellation);

        Assert.Contains("<a|b>", answer, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Head_ThatNeverEnds_TimesOutAndIsCounted()
    {
        const int port = Port + 1;
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All.Replace("number: 8080", $"number: {port}", StringComparison.Ordinal), Cancellation);
        using var refusals = new Refusals(port);
        var gateway = await mesh.StartGatewayAsync(
            [port], static builder => builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1)), Cancellation);
        var place = new IPEndPoint(IPAddress.Loopback, (await gateway.PortAsync(port, Cancellation)).Port);

        var answer = await RawRequest.SendAsync(place, "GET /shop HTTP/1.1\r\nHost: x\r\nSlow: lo", Cancellation);

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        await Eventually.ReachesAsync("it is counted", () => refusals.Reasons.Contains("request_headers_timeout"), refusals.ToString, cancellationToken: Cancellation);
    }
}
