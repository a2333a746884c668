using System.Net;
using Mesh.Protocol.Grpc;

namespace Mesh.Protocol.Tests.Grpc;

/// <summary>The mapping tables of http-grpc-status-mapping.md and PROTOCOL-HTTP2.md.</summary>
public sealed class GrpcStatusMappingTests
{
    private static readonly Uri Address = new("http://127.0.0.1:1");

    [Theory]
    [InlineData(400, 13)]
    [InlineData(401, 16)]
    [InlineData(403, 7)]
    [InlineData(404, 12)]
    [InlineData(429, 14)]
    [InlineData(502, 14)]
    [InlineData(503, 14)]
    [InlineData(504, 14)]
    [InlineData(200, 2)]
    [InlineData(500, 2)]
    public void FromHttpStatus_Table(int http, int grpc) =>
        Assert.Equal(grpc, (int)GrpcStatusMapping.FromHttpStatus((HttpStatusCode)http));

    [Theory]
    [InlineData(0x0, 14)]
    [InlineData(0x1, 13)]
    [InlineData(0x2, 13)]
    [InlineData(0x3, 13)]
    [InlineData(0x4, 13)]
    [InlineData(0x6, 13)]
    [InlineData(0x7, 14)]
    [InlineData(0x8, 1)]
    [InlineData(0x9, 13)]
    [InlineData(0xa, 13)]
    [InlineData(0xb, 8)]
    [InlineData(0xc, 7)]
    [InlineData(0xd, 2)]
    public void FromException_Http2Error_Table(long errorCode, int grpc)
    {
        var exception = new HttpRequestException("outer", new HttpProtocolException(errorCode, "reset", null));

        Assert.Equal(grpc, (int)GrpcStatusMapping.FromException(exception, Address).Code);
    }

    [Fact(Timeout = 20_000)]
    public async Task UnaryAsync_NothingListens_UnavailableWithTheAddress()
    {
        using var channel = new GrpcChannel(Address);

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.UnaryAsync(
            EchoMethods.Unary, EchoMethods.Text(""), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(GrpcStatusCode.Unavailable, failure.Code);
        Assert.Contains("127.0.0.1:1", failure.Detail, StringComparison.Ordinal);
    }
}
