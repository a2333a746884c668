using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mesh.Testing.Connections;
using Mesh.Testing.Time;
using static Mesh.Client.Tests.Pipeline.Connections.ConnectorHarness;

namespace Mesh.Client.Tests.Pipeline.Connections;

public sealed class RoutedStreamTests
{
    private const int Megabytes = 8 * 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CompleteWritesAsync_BigTransfer_ComesBackWholeAfterTheHalfClose()
    {
        await using var server = new TcpEchoServer("echo");
        using var mesh = new ConnectorHarness().Forward(server.Port);
        await using var stream = Assert.IsAssignableFrom<MeshStream>(await mesh.ConnectAsync());
        await TcpEchoServer.ReadNameAsync(stream, Cancel);
        var sent = RandomNumberGenerator.GetBytes(Megabytes);

        var writing = Task.Run(
            async () =>
            {
                await stream.WriteAsync(sent, Cancel);
                await stream.CompleteWritesAsync(Cancel);
                await stream.CompleteWritesAsync(Cancel);
            },
            Cancel);
        var received = new MemoryStream();
        await stream.CopyToAsync(received, Cancel);
        await writing;

        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received.ToArray()));
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Cancel));
    }

    [Fact]
    public async Task WriteAsync_AfterTheServerHasEnded_StillArrivesWhole()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var mesh = new ConnectorHarness().Forward(((IPEndPoint)listener.LocalEndpoint).Port);
        var (fromServer, fromClient) = (RandomNumberGenerator.GetBytes(Megabytes), RandomNumberGenerator.GetBytes(Megabytes));
        var serving = Task.Run(
            async () =>
            {
                using var socket = await listener.AcceptSocketAsync(Cancel);
                await using var accepted = new NetworkStream(socket);
                await accepted.WriteAsync(fromServer, Cancel);
                socket.Shutdown(SocketShutdown.Send);
                return await SHA256.HashDataAsync(accepted, Cancel);
            },
            Cancel);
        await using var stream = Assert.IsAssignableFrom<MeshStream>(await mesh.ConnectAsync());

        Assert.Equal(SHA256.HashData(fromServer), await SHA256.HashDataAsync(stream, Cancel));
        await stream.WriteAsync(fromClient, Cancel);
        await stream.CompleteWritesAsync(Cancel);

        Assert.Equal(SHA256.HashData(fromClient), await serving);
    }

    [Fact]
    public async Task ReadAndWrite_Synchronously_MoveTheSameBytes()
    {
        await using var server = new TcpEchoServer("echo");
        using var mesh = new ConnectorHarness().Forward(server.Port);
        await using var stream = await mesh.ConnectAsync();
        await TcpEchoServer.ReadNameAsync(stream, Cancel);

        await Task.Run(
            () =>
            {
                stream.ReadTimeout = 10_000;
                stream.Write("ab"u8);
                stream.Flush();
                Assert.Equal('a', stream.ReadByte());
                Assert.Equal(1, stream.EndRead(stream.BeginRead(new byte[1], 0, 1, null, null)));
            },
            Cancel);
    }

    [Fact]
    public async Task RemoteEndPoint_AndClusterName_SayWhereItLeads()
    {
        await using var server = new TcpEchoServer("echo");
        using var mesh = new ConnectorHarness().Forward(server.Port);

        await using var stream = Assert.IsAssignableFrom<MeshStream>(await mesh.ConnectAsync());

        Assert.EndsWith($":{server.Port}", stream.RemoteEndPoint!.ToString()!, StringComparison.Ordinal);
        Assert.Equal("one", stream.ClusterName);
        Assert.False(stream.CanSeek);
    }

    [Fact]
    public async Task ReadAsync_NothingMovesForTheIdleTimeout_EndsWithTheReason()
    {
        var time = new FakeTimeProvider();
        await using var server = new TcpEchoServer("echo");
        using var mesh = new ConnectorHarness(time: time).Route(Routes(To("one") with { IdleTimeout = TimeSpan.FromMinutes(1) }), ("one", [server.Port]));
        await using var stream = await mesh.ConnectAsync();
        await TcpEchoServer.ReadNameAsync(stream, Cancel);
        time.Advance(TimeSpan.FromSeconds(40));
        await stream.WriteAsync("x"u8.ToArray(), Cancel);
        Assert.Equal(1, await stream.ReadAsync(new byte[1], Cancel));
        time.Advance(TimeSpan.FromSeconds(40));

        var pending = stream.ReadAsync(new byte[1], Cancel);
        Assert.False(pending.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(21));

        var exception = await Assert.ThrowsAsync<IOException>(() => pending.AsTask());
        Assert.Contains("idleTimeout", exception.Message, StringComparison.Ordinal);
        exception = await Assert.ThrowsAsync<IOException>(() => stream.WriteAsync(new byte[1], Cancel).AsTask());
        Assert.Contains("idleTimeout", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task ReadAsync_OlderThanTheLongestDuration_EndsThoughBytesMove()
    {
        var time = new FakeTimeProvider();
        await using var server = new TcpEchoServer("echo");
        using var mesh = new ConnectorHarness(time: time).Route(Routes(To("one") with { MaxDuration = TimeSpan.FromMinutes(1) }), ("one", [server.Port]));
        await using var stream = await mesh.ConnectAsync();
        await TcpEchoServer.ReadNameAsync(stream, Cancel);

        var pending = stream.ReadAsync(new byte[1], Cancel);
        time.Advance(TimeSpan.FromSeconds(61));

        var exception = await Assert.ThrowsAsync<IOException>(() => pending.AsTask());
        Assert.Contains("maxConnectionDuration", exception.Message, StringComparison.Ordinal);
    }
}
