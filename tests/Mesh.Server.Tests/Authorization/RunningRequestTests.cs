using System.Net.WebSockets;
using Mesh.Client.Model.Authorization;
using Mesh.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using static Mesh.Server.Tests.Authorization.Policies;

namespace Mesh.Server.Tests.Authorization;

/// <summary>Requests that run for long, when the policy changes under them.</summary>
public sealed class RunningRequestTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S71_WebSocketThatIsNoLongerAllowed_IsEnded()
    {
        await using var rig = await StartAsync();
        rig.Apply(Filter(RbacAction.Allow, Policy("cart", principal: Exact(Cart))));
        using var socket = await ConnectAsync(rig);

        rig.Apply(Filter(RbacAction.Allow, Policy("audit", principal: Exact(Audit))));

        await Assert.ThrowsAnyAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[10].AsMemory(), Cancelled).AsTask());
        Assert.Single(rig.Logs.Entries, entry => entry.EventName == "RunningRequestEnded");
    }

    [Fact]
    public async Task S71_WebSocketThatIsStillAllowed_GoesOn()
    {
        await using var rig = await StartAsync();
        rig.Apply(Filter(RbacAction.Allow, Policy("cart", principal: Exact(Cart))));
        using var socket = await ConnectAsync(rig);

        rig.Apply(Filter(RbacAction.Allow, Policy("both", principal: new AnyOf([Exact(Cart), Exact(Audit)]))));
        rig.Running.Recheck();
        await socket.SendAsync("still here"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Cancelled);

        var answer = new byte[10];
        await socket.ReceiveAsync(answer.AsMemory(), Cancelled);
        Assert.Equal("still here"u8.ToArray(), answer);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task S71_StreamOfEventsThatIsDenied_IsEnded(HttpProtocols protocols)
    {
        await using var rig = await StartAsync(protocols);
        rig.Apply(Filter(RbacAction.Allow, Policy("all")));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events");
        if (protocols is HttpProtocols.Http2)
        {
            (request.Version, request.VersionPolicy) = (System.Net.HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        }

        request.Headers.Add("Accept", "text/event-stream");
        using var response = await rig.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var stream = await response.Content.ReadAsStreamAsync(Cancelled);
        Assert.True(await stream.ReadAsync(new byte[100].AsMemory(), Cancelled) > 0);

        rig.Apply(Filter(RbacAction.Deny, Policy("no-more", Path("/events"))));

        await Assert.ThrowsAnyAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[100], Cancelled));
    }

    [Fact]
    public async Task S71_GrpcStreamThatIsDenied_IsEnded()
    {
        await using var rig = await StartAsync(HttpProtocols.Http2);
        rig.Apply(Filter(RbacAction.Allow, Policy("all")));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/shop.Orders/Watch")
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { { "content-type", "application/grpc" } } },
        };
        using var response = await rig.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var stream = await response.Content.ReadAsStreamAsync(Cancelled);
        await stream.ReadExactlyAsync(new byte[5].AsMemory(), Cancelled);

        rig.Apply(Filter(RbacAction.Deny, Policy("no-more", Path("/shop.Orders/Watch"))));

        await Assert.ThrowsAnyAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[5].AsMemory(), Cancelled));
        Assert.Single(rig.Logs.Entries, entry => entry.EventName == "RunningRequestEnded");
    }

    [Fact]
    public async Task Requests_ThatEndSoon_AreNotKept()
    {
        await using var rig = await StartAsync();
        rig.Apply(Filter(RbacAction.Allow, Policy("all")));

        await rig.StatusAsync("/short");
        await rig.StatusAsync("/short", headers: ("Accept", "text/event-stream"));

        await Eventually.ReachesAsync("no request is kept", () => rig.Running.Count == 0, cancellationToken: Cancelled);
    }

    private static Task<AuthorizationRig> StartAsync(HttpProtocols protocols = HttpProtocols.Http1) => AuthorizationRig.StartAsync(
        static app =>
        {
            app.UseWebSockets();
            app.MapGet("/socket", EchoAsync);
            app.MapGet("/short", () => "");
            app.MapPost("/shop.Orders/Watch", async (HttpContext context) =>
            {
                context.Response.ContentType = "application/grpc";
                await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            });
            app.MapGet("/events", async (HttpContext context) =>
            {
                context.Response.ContentType = "text/event-stream";
                await context.Response.WriteAsync("data: 1\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            });
        },
        protocols);

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[10];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted) is { MessageType: WebSocketMessageType.Text } message)
            {
                await socket.SendAsync(buffer.AsMemory(0, message.Count), WebSocketMessageType.Text, message.EndOfMessage, context.RequestAborted);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // Ended from outside.
        }
    }

    private static async Task<ClientWebSocket> ConnectAsync(AuthorizationRig rig)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader(AuthorizationRig.PeerHeader, Cart);
        await socket.ConnectAsync(new UriBuilder(rig.Address) { Scheme = "ws", Path = "/socket" }.Uri, Cancelled);
        return socket;
    }
}
