using System.Net;
using Mesh.Server.Registration;

namespace Mesh.Server.Tests.Registration;

public sealed class LocalAddressTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("no-such-host.invalid")]
    public async Task TowardsAsync_APeerThatIsHereOrNowhere_IsLoopback(string peer)
    {
        Assert.Equal(IPAddress.Loopback, await LocalAddress.TowardsAsync(peer, TestContext.Current.CancellationToken));
    }
}
