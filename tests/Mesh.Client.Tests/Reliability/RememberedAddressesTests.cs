using System.Net;
using System.Net.Sockets;
using Mesh.Client.Identity.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Client.Tests.Reliability;

/// <summary>The name of a control plane cannot be resolved (fault matrix G).</summary>
public sealed class RememberedAddressesTests : IDisposable
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);

    public RememberedAddressesTests() => _server.Start();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DnsEndPoint Target => new("cp.mesh.test", ((IPEndPoint)_server.LocalEndpoint).Port);

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task G08_NameGoesAfterItWasReached_TheLastAddressesAreUsed(bool throws)
    {
        var isGone = false;
        var addresses = new RememberedAddresses(
            (_, _) => !isGone ? Task.FromResult<IPAddress[]>([IPAddress.Loopback])
                : throws ? Task.FromException<IPAddress[]>(new SocketException((int)SocketError.TryAgain))
                : Task.FromResult<IPAddress[]>([]),
            TimeProvider.System,
            NullLogger.Instance);
        await using (await addresses.ConnectAsync(Target, Cancellation))
        {
        }

        isGone = true;
        await using var again = await addresses.ConnectAsync(Target, Cancellation);

        using var first = await _server.AcceptSocketAsync(Cancellation);
        using var second = await _server.AcceptSocketAsync(Cancellation);
        Assert.True(second.Connected);
    }

    [Fact]
    public async Task G08_NameThatWasNeverReached_IsAFailureOfItsResolution()
    {
        var addresses = new RememberedAddresses((_, _) => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)), TimeProvider.System, NullLogger.Instance);
        using var http = new HttpClient(new SocketsHttpHandler { ConnectCallback = addresses.ConnectAsync, UseProxy = false });

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://cp.mesh.test:{Target.Port}/"), Cancellation));

        Assert.Equal(HttpRequestError.NameResolutionError, exception.HttpRequestError);
    }
}
