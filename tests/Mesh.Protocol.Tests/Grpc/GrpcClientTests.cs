using System.Net;
using Mesh.Protocol.Grpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Protocol.Tests.Grpc;

/// <summary>Our client against answers that are no proper gRPC.</summary>
public sealed class GrpcClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = 20_000)]
    [InlineData(503, "text/plain", "", null, 14)]
    [InlineData(404, "text/html", "", null, 12)]
    [InlineData(200, "text/html", "", null, 2)]
    [InlineData(200, "application/grpc", "", null, 2)]
    [InlineData(200, "application/grpc", "", "nonsense", 2)]
    [InlineData(200, "application/grpc", "", "99", 2)]
    [InlineData(200, "application/grpc", "", "0", 12)]
    [InlineData(200, "application/grpc", "00000000000000000000", "0", 12)]
    [InlineData(200, "application/grpc", "0000000000", "7", 7)]
    [InlineData(200, "application/grpc", "0000000003", "0", 13)]
    [InlineData(200, "application/grpc", "0000000003", "10", 10)]
    [InlineData(200, "application/grpc", "0700000000", "0", 13)]
    [InlineData(200, "application/grpc", "0100000000", "0", 13)]
    [InlineData(200, "application/grpc", "00FFFFFFFF", "0", 8)]
    [InlineData(200, "application/grpc", "0000000002FFFF", "0", 13)]
    public async Task UnaryAsync_ImproperAnswer_StatusAsSpecified(int http, string contentType, string hex, string? status, int expected)
    {
        await using var server = await EchoServer.StartAsync(endpoints => endpoints.MapPost("/mesh.test.Echo/Raw", async context =>
        {
            context.Response.StatusCode = http;
            context.Response.ContentType = contentType;
            await context.Response.BodyWriter.WriteAsync(Convert.FromHexString(hex));
            if (status is not null)
            {
                context.Response.AppendTrailer("grpc-status", status);
            }
        }));
        using var channel = server.CreateChannel();

        Assert.Equal(expected, await FailAsync(channel));
    }

    [Theory(Timeout = 20_000)]
    [InlineData(0x2, 13)]
    [InlineData(0x8, 1)]
    [InlineData(0xb, 8)]
    [InlineData(0xc, 7)]
    public async Task UnaryAsync_ServerResetsTheStream_StatusOfTheErrorCode(int errorCode, int expected)
    {
        await using var server = await EchoServer.StartAsync(endpoints => endpoints.MapPost("/mesh.test.Echo/Raw", context =>
        {
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(errorCode);
            return Task.CompletedTask;
        }));
        using var channel = server.CreateChannel();

        Assert.Equal(expected, await FailAsync(channel));
    }

    [Fact(Timeout = 20_000)]
    public async Task ReadAsync_ServerResetsAfterHeaders_StatusOfTheErrorCode()
    {
        await using var server = await EchoServer.StartAsync(endpoints => endpoints.MapPost("/mesh.test.Echo/Raw", async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.BodyWriter.FlushAsync();
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(0xb);
        }));
        using var channel = server.CreateChannel();

        // Many, since the reset races the request body.
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal((int)GrpcStatusCode.ResourceExhausted, await FailAsync(channel));
        }
    }

    [Fact(Timeout = 20_000)]
    public async Task WriteAsync_ServerHasEndedTheCall_ThrowsAndReadTellsTheStatus()
    {
        await using var server = await EchoServer.StartAsync(endpoints => endpoints.MapGrpc(
            EchoMethods.Method("Raw"), _ => throw new GrpcException(GrpcStatusCode.PermissionDenied, "not you")));
        using var channel = server.CreateChannel();
        await using var call = channel.Start(EchoMethods.Method("Raw"), cancellationToken: Token);

        var read = await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync(Token));
        var write = await Assert.ThrowsAsync<GrpcException>(async () => await call.WriteAsync(EchoMethods.Text("x"), Token));

        Assert.Equal((GrpcStatusCode.PermissionDenied, "not you"), (read.Code, read.Detail));
        Assert.Equal(GrpcStatusCode.PermissionDenied, write.Code);
    }

    [Fact(Timeout = 20_000)]
    public async Task UnaryAsync_ServerSpeaksHttp1Only_Unavailable()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerHttp1Async(listener);
        using var channel = new GrpcChannel(new Uri($"http://{listener.LocalEndpoint}"));

        var failure = await Assert.ThrowsAsync<GrpcException>(
            () => channel.UnaryAsync(EchoMethods.Unary, EchoMethods.Text(""), cancellationToken: Token));

        Assert.Contains(failure.Code, new[] { GrpcStatusCode.Unavailable, GrpcStatusCode.Internal });
        await answering;
    }

    private static async Task AnswerHttp1Async(System.Net.Sockets.TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), Token);
    }

    private static async Task<int> FailAsync(GrpcChannel channel)
    {
        var failure = await Assert.ThrowsAsync<GrpcException>(
            () => channel.UnaryAsync(EchoMethods.Method("Raw"), EchoMethods.Text("x"), cancellationToken: Token));
        return (int)failure.Code;
    }
}
