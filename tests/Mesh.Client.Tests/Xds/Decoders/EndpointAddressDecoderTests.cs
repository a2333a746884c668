using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders;
using Mesh.Client.Xds.Decoders.Clusters;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Endpoint;
using Endpoint = Mesh.Protocol.Envoy.Endpoint.Endpoint;
using Locality = Mesh.Protocol.Envoy.Core.Locality;

namespace Mesh.Client.Tests.Xds.Decoders;

/// <summary>The addresses of an endpoint, as gRPC's clients validate them (gRFC A61; xds_endpoint_parser.cc).</summary>
public sealed class EndpointAddressDecoderTests
{
    private const string Field = "endpoints[0].lb_endpoints[0].endpoint.additional_addresses[0]: ";
    private const string Form = "expected an address without a resolver_name and a port_value of 1 to 65535, got ";

    [Fact]
    public void D12_SeveralAddresses_AreOneEndpointInTheirOrder()
    {
        var result = Decode([At("10.0.0.1", 80), At("2001:0db8::0001", 80), At("10.0.0.2", 8080)], [At("10.0.0.3", 80)]);

        Assert.Empty(result.Errors);
        var endpoints = result.Value!.Localities[0].Endpoints;
        Assert.Equal(["10.0.0.1:80", "10.0.0.3:80"], endpoints.Select(endpoint => endpoint.Address.ToString()));
        Assert.Equal(["[2001:db8::1]:80", "10.0.0.2:8080"], endpoints[0].AdditionalAddresses.Select(address => address.ToString()));
        Assert.Same(ValueList<EndpointAddress>.Empty, endpoints[1].AdditionalAddresses);
    }

    [Theory]
    [InlineData("10.0.0.2", 65536, Form + "'10.0.0.2', '' and 65536")]
    [InlineData("10.0.0.2", 0, Form + "'10.0.0.2', '' and 0")]
    [InlineData("", 80, Form + "'', '' and 80")]
    [InlineData("other.host", 80, "expected an IP address, got 'other.host'")]
    [InlineData(null, 0, "expected address.socket_address, got None")]
    public void D12_AdditionalAddressIsNoSocketAddress_ResourceIsRefused(string? address, int port, string expected)
    {
        var result = Decode([At("10.0.0.1", 80), address is null ? null : At(address, port)]);

        Assert.Equal(Field + expected, Assert.Single(result.Errors));
    }

    [Fact]
    public void D12_AdditionalAddressIsAPipe_ResourceIsRefused() =>
        Assert.Equal(Field + "expected address.socket_address, got Pipe", Assert.Single(Decode([At("10.0.0.1", 80), new Address { Pipe = new Pipe { Path = "/a" } }]).Errors));

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.3")]
    [InlineData("10.0.0.2", "10.0.0.3")]
    [InlineData("10.0.0.3", "10.0.0.3")]
    public void D12_AddressIsThereTwice_ResourceIsRefused(string first, string second)
    {
        var result = Decode([At("10.0.0.1", 80), At("10.0.0.2", 80)], [At(first, 80), At(second, 80)]);

        Assert.Contains("endpoints[0].lb_endpoints[1]: address ", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void D12_HostNameHasAdditionalAddresses_KeepsItsOwn() =>
        Assert.Empty(Decode([At("reviews.example", 80), At("10.0.0.1", 80)]).Value!.Localities[0].Endpoints[0].AdditionalAddresses);

    private static Address At(string address, int port) => new() { SocketAddress = new SocketAddress { Address = address, PortValue = (uint)port } };

    private static DecodeResult<EndpointSet> Decode(params Address?[][] endpoints) => EndpointDecoder.Decode(new ClusterLoadAssignment
    {
        ClusterName = "c1",
        Endpoints =
        {
            new LocalityLbEndpoints
            {
                Locality = new Locality { Region = "r" },
                LoadBalancingWeight = 1,
                LbEndpoints =
                {
                    endpoints.Select(addresses => new LbEndpoint
                    {
                        Endpoint = new Endpoint
                        {
                            Address = addresses[0],
                            AdditionalAddresses = { addresses.Skip(1).Select(address => new Endpoint.Types.AdditionalAddress { Address = address }) },
                        },
                    }),
                },
            },
        },
    });
}
