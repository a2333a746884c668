using System.Net;
using System.Net.Http.Headers;
using Mesh.Client.Model;
using Mesh.Testing.Connections;

namespace Mesh.Client.Tests.Pipeline;

public sealed class LocalReplyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendAsync_WithoutARoute_Is404()
    {
        using var mesh = new OutboundHarness().Route("reviews", [OutboundHarness.To("v1", OutboundHarness.WithHeader("a", "b"))], ("v1", [1]));

        await ExpectAsync(mesh, HttpStatusCode.NotFound, "NR", "", grpcStatus: "14");
    }

    [Fact]
    public async Task D04_WithoutAnEndpoint_Is503AtOnce()
    {
        using var mesh = new OutboundHarness().Forward("reviews");

        await ExpectAsync(mesh, HttpStatusCode.ServiceUnavailable, "UH", "no healthy upstream", grpcStatus: "14");
    }

    [Fact]
    public async Task SendAsync_ToAPortThatRefuses_Is503()
    {
        using var reserved = new ReservedPort();
        using var mesh = new OutboundHarness().Forward("reviews", reserved.Number);

        await ExpectAsync(
            mesh,
            HttpStatusCode.ServiceUnavailable,
            "UF",
            "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure reason: ",
            grpcStatus: "14");
    }

    [Fact]
    public async Task SendAsync_WhenTheConnectionIsResetBeforeHeaders_Is503()
    {
        await using var server = await KestrelEndpoint.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var mesh = new OutboundHarness().Forward("reviews", server.Http1);

        await ExpectAsync(
            mesh,
            HttpStatusCode.ServiceUnavailable,
            "UC",
            "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
            grpcStatus: "14");
    }

    [Fact]
    public async Task SendAsync_WhenTheDeadlineComes_Is504()
    {
        var silent = new ScriptedEndpoints(async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException("An infinite wait ended.");
        });
        using var mesh = new OutboundHarness(silent).Route("reviews", [OutboundHarness.To("v1", timeout: TimeSpan.FromMilliseconds(50))], ("v1", [1]));

        await ExpectAsync(mesh, HttpStatusCode.GatewayTimeout, "UT", "upstream request timeout", grpcStatus: "4");
    }

    [Fact]
    public async Task SendAsync_UnderRegistryOnly_Is502()
    {
        using var mesh = new OutboundHarness(policy: OutboundTrafficPolicy.RegistryOnly).Answer("reviews", DestinationStatus.Unknown);

        await ExpectAsync(mesh, HttpStatusCode.BadGateway, "-", "reviews:80 is not in the mesh, and the outbound traffic policy is RegistryOnly", grpcStatus: "14");
    }

    [Fact]
    public async Task SendAsync_ToADestinationWithoutConfiguration_Is503WithTheReason()
    {
        using var mesh = new OutboundHarness().Answer("reviews", DestinationStatus.Failed, "route configuration '80' does not exist");

        await ExpectAsync(
            mesh,
            HttpStatusCode.ServiceUnavailable,
            "NC",
            "no usable configuration for reviews:80: route configuration '80' does not exist",
            grpcStatus: "14");
    }

    [Fact]
    public async Task SendAsync_WithAnActionOfALaterVersion_Is500WithItsName()
    {
        using var mesh = new OutboundHarness().Route("reviews", [new Route("r", OutboundHarness.Any, new UnsupportedAction("teleport"))]);

        await ExpectAsync(mesh, HttpStatusCode.InternalServerError, "-", "route 'r' asks for 'teleport'", grpcStatus: "13");
    }

    [Fact]
    public async Task SendAsync_WithADropOverload_Is503()
    {
        var cluster = OutboundHarness.Cluster("v1", 1);
        using var mesh = new OutboundHarness().Publish(new Destination
        {
            Authority = new Authority("reviews", 80),
            Status = DestinationStatus.Routed,
            VirtualHost = new VirtualHost("reviews", ["reviews"], [OutboundHarness.To("v1")]),
            Clusters = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(
            [
                KeyValuePair.Create("v1", cluster with { Endpoints = cluster.Endpoints with { DropOverloads = [new DropOverload("all", 1_000_000)] } }),
            ]),
        });

        await ExpectAsync(mesh, HttpStatusCode.ServiceUnavailable, "DO", "drop overload", grpcStatus: "14");
    }

    [Fact]
    public async Task SendAsync_WhenTheCallerCancels_StaysACancellation()
    {
        var arrived = new TaskCompletionSource();
        await using var server = await KestrelEndpoint.StartAsync(context =>
        {
            arrived.SetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var mesh = new OutboundHarness().Route(
            "reviews",
            [OutboundHarness.To("v1", timeout: TimeSpan.FromMinutes(1))],
            ("v1", [server.Http1]));
        using var caller = new CancellationTokenSource();
        var sent = mesh.Invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://reviews/"), caller.Token);
        await arrived.Task.WaitAsync(Cancellation);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
    }

    private static async Task ExpectAsync(OutboundHarness mesh, HttpStatusCode status, string flags, string text, string grpcStatus)
    {
        using var plain = await mesh.GetAsync("http://reviews/");
        Assert.Equal(status, plain.StatusCode);
        Assert.Equal([flags], plain.Headers.GetValues("x-mesh-response-flags"));
        var body = await plain.Content.ReadAsStringAsync(Cancellation);
        Assert.True(text.Length == 0 ? body.Length == 0 : body.StartsWith(text, StringComparison.Ordinal), body);

        using var grpc = await mesh.GetAsync("http://reviews/", request =>
        {
            request.Version = HttpVersion.Version20;
            request.Method = HttpMethod.Post;
            request.Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } };
        });
        Assert.Equal(HttpStatusCode.OK, grpc.StatusCode);
        Assert.Equal(HttpVersion.Version20, grpc.Version);
        Assert.Equal("application/grpc", grpc.Content.Headers.ContentType!.MediaType);
        Assert.Equal([grpcStatus], grpc.Headers.GetValues("grpc-status"));
        Assert.NotEmpty(grpc.Headers.GetValues("grpc-message").Single());
        Assert.Empty(await grpc.Content.ReadAsByteArrayAsync(Cancellation));
    }
}
