using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Grpc.Framing;

namespace Mesh.Protocol.Tests.Grpc;

/// <summary>What is read of messages over the limit: everything but the bulk, however the bytes come.</summary>
public sealed class OversizedMessageTests
{
    private const int Limit = 100;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public async Task Read_MessageOverTheLimit_KeepsAllButTheBulkAndReadsOn(int step)
    {
        var large = Response("large", 1000);
        var small = Response("small", 10);
        var reader = Reader(step, Framed(large), Framed(small), Framed(large));

        var outline = await reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal((uint)large.CalculateSize(), reader.OversizedLength);
        var expected = large.Clone();
        expected.Resources.Clear();
        Assert.Equal(expected, outline);

        Assert.Equal(small, await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Null(reader.OversizedLength);
        Assert.Equal(expected, await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Null(await reader.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Read_OtherFieldsAreLarge_TheyAreLeftOutToo()
    {
        var response = new DiscoveryResponse { VersionInfo = new string('v', 70_000), TypeUrl = "type", Nonce = "n" };

        var outline = await Reader(int.MaxValue, Framed(response)).ReadAsync(TestContext.Current.CancellationToken);

        Assert.Equal(new DiscoveryResponse { TypeUrl = "type", Nonce = "n" }, outline);
    }

    [Fact]
    public async Task Read_AllKindsOfFields_AreReadPast()
    {
        // What this side does not know may come first: a varint, 32 and 64 bits, and a string.
        byte[] unknown = [0xF8, 0x3F, 0x96, 0x01, 0xFD, 0x3F, 1, 2, 3, 4, 0xF9, 0x3F, 1, 2, 3, 4, 5, 6, 7, 8, 0xFA, 0x3F, 2, 65, 66];
        var known = Response("n", 1000);

        var outline = await Reader(3, Framed([.. unknown, .. known.ToByteArray()])).ReadAsync(TestContext.Current.CancellationToken);

        Assert.Equal("n", outline!.Nonce);
        Assert.Empty(outline.Resources);
    }

    [Theory]
    [InlineData(new byte[] { 0x12, 0xFF, 0xFF, 0x7F })] // longer than what is left of the message
    [InlineData(new byte[] { 0x13 })] // a group
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })] // a tag that does not end
    [InlineData(new byte[] { 0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 })] // 2^64 - 1 bytes
    public async Task Read_NoMessage_IsAnError(byte[] start)
    {
        var reader = Reader(1, Framed([.. start, .. new byte[200 - start.Length]]));

        var error = await Assert.ThrowsAsync<GrpcException>(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));

        Assert.Equal(GrpcStatusCode.Internal, error.Code);
    }

    [Fact]
    public async Task Read_FieldThatTheEndOfTheMessageCutsOff_IsAnError()
    {
        var reader = Reader(int.MaxValue, Framed([0x12, 0x80, 0x01, .. new byte[128], 0x80]));

        await Assert.ThrowsAsync<GrpcException>(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Read_BodyEndsInsideTheBulk_IsAnErrorAndNotTheEnd()
    {
        var reader = Reader(int.MaxValue, Framed(Response("n", 1000))[..500]);

        var error = await Assert.ThrowsAsync<GrpcException>(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));

        Assert.Equal(GrpcStatusCode.Internal, error.Code);
    }

    [Fact]
    public async Task Read_NothingMayBeLeftOut_IsExhausted()
    {
        var body = PipeReader.Create(new ReadOnlySequence<byte>(Framed(Response("n", 1000))));
        var reader = new MessageReader<DiscoveryResponse>(body, DiscoveryResponse.Parser, null, Limit);

        var error = await Assert.ThrowsAsync<GrpcException>(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, error.Code);
    }

    private static DiscoveryResponse Response(string nonce, int bulk)
    {
        var response = new DiscoveryResponse { VersionInfo = "7", TypeUrl = "type", Nonce = nonce, Canary = true };
        response.Resources.Add(new Any { TypeUrl = "a", Value = ByteString.CopyFrom(new byte[bulk]) });
        response.Resources.Add(new Any { TypeUrl = "b" });
        return response;
    }

    private static byte[] Framed(DiscoveryResponse message) => Framed(message.ToByteArray());

    private static byte[] Framed(byte[] message) => [0, 0, (byte)(message.Length >> 16), (byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static MessageReader<DiscoveryResponse> Reader(int step, params byte[][] frames) => new(
        PipeReader.Create(new SteppingStream([.. frames.SelectMany(frame => frame)], step)), DiscoveryResponse.Parser, null, Limit, DiscoveryResponse.ResourcesFieldNumber);

    /// <summary>Gives so many bytes at a time.</summary>
    private sealed class SteppingStream(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span[..Math.Min(buffer.Length, step)]));
    }
}
