using Mesh.Server.Registration;

namespace Mesh.Server.Tests.Registration;

public sealed class ServerBindingTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5000", "http", "127.0.0.1", 5000)]
    [InlineData("http://localhost:5000", "http", "127.0.0.1", 5000)]
    [InlineData("http://[::1]:5000", "http", "::1", 5000)]
    [InlineData("https://10.1.2.3:8443", "https", "10.1.2.3", 8443)]
    [InlineData("HTTPS://10.1.2.3:8443", "https", "10.1.2.3", 8443)]
    [InlineData("http://[::]:8080", "http", null, 8080)]
    [InlineData("http://0.0.0.0:8080", "http", null, 8080)]
    [InlineData("http://+:8080", "http", null, 8080)]
    [InlineData("http://*:8080", "http", null, 8080)]
    [InlineData("http://my-machine:8080", "http", null, 8080)]
    [InlineData("http://*", "http", null, 80)]
    public void Parse_OfAnIpAddress_SaysWhoCanReachIt(string address, string scheme, string? ip, int port)
    {
        var binding = ServerBinding.Parse(address)!;

        Assert.Equal((scheme, ip, port), (binding.Scheme, binding.Ip?.ToString(), binding.Port));
    }

    [Theory]
    [InlineData("http://unix:/tmp/app.sock")]
    [InlineData("http://pipe:/app")]
    public void Parse_OfWhatHasNoIp_IsNothing(string address) => Assert.Null(ServerBinding.Parse(address));
}
