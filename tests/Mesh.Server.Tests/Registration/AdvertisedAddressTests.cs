using System.Net;
using Mesh.Server.Registration;

namespace Mesh.Server.Tests.Registration;

public sealed class AdvertisedAddressTests
{
    private const string OwnAddress = "192.0.2.7";

    [Theory]
    [InlineData("127.0.0.1", "http://127.0.0.1:5000")]
    [InlineData("127.0.0.1", "http://localhost:5000")]
    [InlineData("::1", "http://[::1]:5000")]
    [InlineData("10.1.2.3", "http://10.1.2.3:5000")]
    [InlineData("10.1.2.3", "http://127.0.0.1:5000", "http://10.1.2.3:5000")]
    [InlineData(OwnAddress, "http://[::]:5000")]
    [InlineData(OwnAddress, "http://0.0.0.0:5000")]
    [InlineData(OwnAddress, "http://127.0.0.1:9000", "http://*:5000")]
    [InlineData(OwnAddress, "http://10.1.2.3:9000", "http://*:5000")]
    public async Task ChooseAsync_WithoutConfiguration_TakesTheWidestBinding(string expected, params string[] addresses)
    {
        Assert.Equal(expected, await AdvertisedAddress.ChooseAsync(Bindings(addresses), null, OwnAddressAsync));
    }

    [Theory]
    [InlineData("http://[::]:5000")]
    [InlineData("http://127.0.0.1:5000")]
    public async Task ChooseAsync_WithConfiguration_TakesTheUsersWord(string address)
    {
        Assert.Equal("outside.example", await AdvertisedAddress.ChooseAsync(Bindings(address), "outside.example", OwnAddressAsync));
    }

    [Theory]
    [InlineData("127.0.0.1", new[] { "http://127.0.0.1:5000", "http://[::1]:6000" }, new[] { 5000 })]
    [InlineData(OwnAddress, new[] { "http://127.0.0.1:9000", "http://*:5000" }, new[] { 5000 })]
    [InlineData("10.1.2.3", new[] { "http://10.1.2.3:9000", "https://*:5001" }, new[] { 9000, 5001 })]
    [InlineData("203.0.113.9", new[] { "http://127.0.0.1:9000" }, new[] { 9000 })]
    [InlineData("outside.example", new[] { "http://127.0.0.1:9000" }, new[] { 9000 })]
    public void Reachable_AtAnAddress_LeavesOutWhatDoesNotAnswerThere(string address, string[] addresses, int[] ports)
    {
        Assert.Equal(ports, AdvertisedAddress.Reachable(Bindings(addresses), address).Select(binding => binding.Port));
    }

    private static List<ServerBinding> Bindings(params string[] addresses) => [.. addresses.Select(address => ServerBinding.Parse(address)!)];

    private static Task<IPAddress> OwnAddressAsync() => Task.FromResult(IPAddress.Parse(OwnAddress));
}
