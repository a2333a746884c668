using Mesh.Server.Registration;

namespace Mesh.Server.Tests.Registration;

public sealed class NamedPortsTests
{
    [Theory]
    [InlineData("http=5000", "http://127.0.0.1:5000")]
    [InlineData("http=5000", "http://127.0.0.1:5000", "http://[::1]:5000")]
    [InlineData("http=5000, https=5001", "https://*:5001", "http://*:5000")]
    [InlineData("http=5000, http-2=5002, http-3=4000", "http://*:5000", "http://*:5002", "http://*:4000")]
    public void Of_Bindings_AreNamedByScheme(string expected, params string[] addresses)
    {
        var ports = NamedPorts.Of(addresses.Select(address => ServerBinding.Parse(address)!));

        Assert.Equal(expected, string.Join(", ", ports.Select(port => $"{port.Key}={port.Value}")));
    }
}
