using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>Requests from outside through an ingress gateway that unmodified Istio resources configure.</summary>
public sealed class GatewayRequestTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task MapMeshGateway_AfterUseMesh_MakesAGatewayAllTheSame()
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All, Cancellation);
        await mesh.StartServiceAsync("shop", "v1", app => app.MapGet("/shop", () => "ok"), Cancellation);
        var edge = await mesh.StartServiceAsync(
            "edge", "v1", app => app.MapMeshGateway(), Cancellation, new("Mesh:Labels:istio", "ingressgateway"), new("Mesh:Gateway:Address", "127.0.0.1"), new("Mesh:Gateway:Ports:8080", "0"));
        using var client = new HttpClient { BaseAddress = await new InProcessGateway(edge.App).AddressAsync(8080, Cancellation) };

        await Eventually.ReachesAsync(
            "its requests are routed",
            async () =>
            {
                using var response = await client.GetAsync("/shop", Cancellation);
                return response.IsSuccessStatusCode && await response.Content.ReadAsStringAsync(Cancellation) == "ok";
            },
            cancellationToken: Cancellation);
    }

    [Fact(Timeout = 60_000)]
    public async Task Request_OfABoundRoute_ReachesTheServiceAndOthersGet404()
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All, Cancellation);
        using var client = await StartAsync(mesh, app => app.MapGet("/shop/{**path}", (HttpRequest request) => request.Path.Value));

        using var found = await client.GetAsync("/shop/a%20b?x=1", Cancellation);
        using var missing = await client.GetAsync("/other", Cancellation);

        Assert.Equal("/shop/a b", await found.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal("", await missing.Content.ReadAsStringAsync(Cancellation));
        Assert.False(missing.Headers.Contains("Server"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Headers_OfAStranger_AreCleanedAndCompleted()
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All, Cancellation);
        using var client = await StartAsync(mesh, app => app.MapGet("/shop", (HttpRequest request) =>
            string.Join('\n', request.Headers.Select(header => $"{header.Key.ToLowerInvariant()}: {header.Value}"))));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/shop");
        request.Headers.Add("x-forwarded-for", "6.6.6.6");
        request.Headers.Add("x-forwarded-proto", "https");
        request.Headers.Add("x-envoy-retry-on", "5xx");
        request.Headers.Add("x-envoy-expected-rq-timeout-ms", "1");
        request.Headers.Add("x-mesh-principal", "spiffe://cluster.local/ns/default/sa/root");
        request.Headers.Add("x-forwarded-client-cert", "URI=spiffe://cluster.local/ns/default/sa/root");
        request.Headers.Add("x-request-id", "made-up");
        request.Headers.Add("Connection", "x-private");
        request.Headers.Add("x-private", "yes");
        request.Headers.Add("Keep-Alive", "timeout=5");
        request.Headers.Add("Proxy-Authorization", "Basic eDp5");
        request.Headers.Host = "shop.example:8080";

        using var response = await client.SendAsync(request, Cancellation);
        var seen = (await response.Content.ReadAsStringAsync(Cancellation)).Split('\n').Select(line => line.Split(": ", 2)).ToDictionary(part => part[0], part => part[1]);

        Assert.Equal("shop.example:8080", seen["host"]);
        Assert.Equal("6.6.6.6, 127.0.0.1", seen["x-forwarded-for"]);
        Assert.Equal("http", seen["x-forwarded-proto"]);
        Assert.Equal("127.0.0.1", seen["x-envoy-external-address"]);
        Assert.True(Guid.TryParse(seen["x-request-id"], out _));
        Assert.DoesNotContain(seen.Keys, name => name is "x-envoy-retry-on" or "x-mesh-principal" or "x-forwarded-client-cert" or "x-private" or "keep-alive" or "proxy-authorization");
        Assert.True(response.Headers.Contains("x-envoy-upstream-service-time"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(null)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")]
    public async Task Trace_OfARequest_IsToldToTheServiceOnce(string? brought)
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All, Cancellation);
        using var client = await StartAsync(mesh, app => app.MapGet("/shop", (HttpRequest request) => request.Headers.TraceParent.ToArray()));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/shop");
        if (brought is not null)
        {
            request.Headers.Add("traceparent", brought);
        }

        using var response = await client.SendAsync(request, Cancellation);
        var told = Assert.Single((await response.Content.ReadFromJsonAsync<string[]>(Cancellation))!);

        Assert.True(ActivityContext.TryParse(told, null, out var context));
        Assert.Equal(brought?[3..35] ?? context.TraceId.ToHexString(), context.TraceId.ToHexString());
    }

    [Fact(Timeout = 60_000)]
    public async Task Rules_ThatChange_HoldForTheNextRequestOfAnOpenConnection()
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.Service + GatewayResources.Gateway, Cancellation);
        mesh.Write("rules.yaml", GatewayResources.Rules);
        using var client = await StartAsync(mesh, app => app.MapGet("/{**path}", () => "ok"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client, "/cart"));

        mesh.Write("rules.yaml", GatewayResources.Rules.Replace("/shop", "/cart"));

        await Eventually.ReachesAsync("the new rule holds", async () => await StatusAsync(client, "/cart") == HttpStatusCode.OK, cancellationToken: Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client, "/shop"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Ports_OfGatewayResources_OpenAndCloseWhileTheGatewayRuns()
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All, Cancellation);
        await mesh.StartServiceAsync("shop", "v1", app => app.MapGet("/{**path}", () => "ok"), Cancellation);
        var gateway = await mesh.StartGatewayAsync([8080, 9090], Cancellation);
        await gateway.PortAsync(8080, Cancellation);
        Assert.DoesNotContain(9090, gateway.Gateway.Ports.Keys);

        mesh.Write("more.yaml", GatewayResources.Gateway.Replace("8080", "9090").Replace("edge", "second"));
        using var client = new HttpClient { BaseAddress = await gateway.AddressAsync(9090, Cancellation) };
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client, "/"));

        mesh.Delete("more.yaml");
        await Eventually.ReachesAsync("the port is closed", () => Task.FromResult(!gateway.Gateway.Ports.ContainsKey(9090)), cancellationToken: Cancellation);
        await gateway.PortAsync(8080, Cancellation);
    }

    [Fact(Timeout = 60_000)]
    public async Task Body_OfBothDirections_StreamsWithoutWaitingForItsEnd()
    {
        // HTTP/1.1 reads no answer before a request is through.
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All.Replace("name: http, port: 8000", "name: http, port: 8000, appProtocol: http2"), Cancellation);
        using var client = await StartAsync(mesh, app => app.MapPost("/shop", async context =>
        {
            // Each line is answered before the next one comes.
            using var reader = new StreamReader(context.Request.Body);
            while (await reader.ReadLineAsync(context.RequestAborted) is { } line)
            {
                await context.Response.WriteAsync(line + "!\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }));
        var address = client.BaseAddress!;
        await StatusAsync(client, "/shop");
        using var http2 = new HttpClient { BaseAddress = address, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var content = new PushedContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/shop") { Content = content, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        var sending = http2.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        var upload = await content.Stream.WaitAsync(Cancellation);
        await upload.WriteAsync("one\n"u8.ToArray(), Cancellation);
        await upload.FlushAsync(Cancellation);
        using var response = await sending;
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        Assert.Equal("one!", await lines.ReadLineAsync(Cancellation));
        await upload.WriteAsync("two\n"u8.ToArray(), Cancellation);
        await upload.FlushAsync(Cancellation);
        Assert.Equal("two!", await lines.ReadLineAsync(Cancellation));
        content.Complete();
        Assert.Null(await lines.ReadLineAsync(Cancellation));
    }

    [Fact(Timeout = 60_000)]
    public async Task WebSocket_AcrossAChangeOfConfiguration_StaysOpen()
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All, Cancellation);
        mesh.Write("rules.yaml", GatewayResources.Rules.Replace("name: shop", "name: other").Replace("/shop", "/nothing"));
        using var client = await StartAsync(mesh, app =>
        {
            app.UseWebSockets();
            app.Map("/shop/ws", EchoAsync);
        });
        await Eventually.ReachesAsync("the service is reached", async () => await StatusAsync(client, "/shop/ws") != HttpStatusCode.ServiceUnavailable, cancellationToken: Cancellation);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(client.BaseAddress!) { Scheme = "ws", Path = "/shop/ws" }.Uri, Cancellation);
        Assert.Equal("before", await AskAsync(socket, "before"));

        mesh.Write("rules.yaml", GatewayResources.Rules.Replace("name: shop", "name: other").Replace("/shop", "/new"));
        await Eventually.ReachesAsync("the new rule holds", async () => await StatusAsync(client, "/new") != HttpStatusCode.NotFound || await StatusAsync(client, "/nothing") == HttpStatusCode.NotFound, cancellationToken: Cancellation);

        Assert.Equal("after", await AskAsync(socket, "after"));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancellation);
    }

    /// <summary>By hand: MESH_GATEWAY_WEBSOCKET_MINUTES=10.</summary>
    [Fact(Timeout = 1_200_000)]
    public async Task WebSocket_ForMinutesOfChanges_EchoesAll()
    {
        var isWanted = double.TryParse(Environment.GetEnvironmentVariable("MESH_GATEWAY_WEBSOCKET_MINUTES"), System.Globalization.CultureInfo.InvariantCulture, out var minutes);
        Assert.SkipUnless(isWanted, "Takes minutes: set MESH_GATEWAY_WEBSOCKET_MINUTES=10 to run it.");
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All, Cancellation);
        using var client = await StartAsync(mesh, app =>
        {
            app.UseWebSockets();
            app.Map("/shop/ws", EchoAsync);
        });
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(client.BaseAddress!) { Scheme = "ws", Path = "/shop/ws" }.Uri, Cancellation);
        var watch = Stopwatch.StartNew();
        var asked = 0;
        while (watch.Elapsed < TimeSpan.FromMinutes(minutes))
        {
            if (asked % 50 == 0)
            {
                mesh.Write("rules.yaml", GatewayResources.Rules.Replace("name: shop", "name: other").Replace("/shop", $"/new-{asked}"));
            }

            Assert.Equal($"{asked}", await AskAsync(socket, $"{asked++}"));
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Cancellation);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancellation);
    }

    [Fact(Timeout = 60_000)]
    public async Task HeadAndConditionalAnswers_HaveNoBodyAndKeepTheirHeaders()
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All, Cancellation);
        using var client = await StartAsync(mesh, app =>
        {
            app.MapMethods("/shop/head", ["HEAD"], (HttpResponse response) => { response.ContentLength = 1234; });
            app.MapGet("/shop/304", (HttpResponse response) => { response.StatusCode = 304; response.Headers.ETag = "\"x\""; });
            app.MapGet("/shop/204", () => Results.NoContent());
        });

        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/shop/head"), Cancellation);
        using var unchanged = await client.GetAsync("/shop/304", Cancellation);

        Assert.Equal(1234, head.Content.Headers.ContentLength);
        Assert.Equal("\"x\"", unchanged.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(client, "/shop/204"));
    }

    internal static async Task<HttpClient> StartAsync(InProcessMesh mesh, Action<WebApplication> map)
    {
        await mesh.StartServiceAsync("shop", "v1", map, Cancellation);
        var gateway = await mesh.StartGatewayAsync([8080], Cancellation);
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = await gateway.AddressAsync(8080, Cancellation) };
        await Eventually.ReachesAsync("the service has registered", async () => await StatusAsync(client, "/shop") != HttpStatusCode.ServiceUnavailable, cancellationToken: Cancellation);
        return client;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, Cancellation);
        return response.StatusCode;
    }

    private static async Task EchoAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        WebSocketReceiveResult received;
        while ((received = await socket.ReceiveAsync(buffer, context.RequestAborted)).MessageType is not WebSocketMessageType.Close)
        {
            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }

    private static async Task<string> AskAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Cancellation);
        var buffer = new byte[1024];
        var received = await socket.ReceiveAsync(buffer, Cancellation);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }
}
