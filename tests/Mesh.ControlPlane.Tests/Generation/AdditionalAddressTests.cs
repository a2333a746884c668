using System.Collections.Immutable;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Endpoint;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>Processes of several addresses in EDS (fault matrix D12, gRFC A61; istiod with ISTIO_DUAL_STACK).</summary>
public sealed class AdditionalAddressTests
{
    public static TheoryData<bool> Clients => [true, false];

    [Theory]
    [MemberData(nameof(Clients))]
    public void D12_ProcessHasSeveralAddresses_IsOneEndpointWithAllOfThem(bool isGrpc)
    {
        var mesh = new GeneratedMesh(Bookinfo.Services).With(At("10.0.0.1", "2001:db8::1", "10.0.1.1"), At("10.0.0.2"));

        var endpoints = Endpoints(mesh, isGrpc ? GeneratedMesh.Grpc : GeneratedMesh.MeshClient);

        Assert.Equal(["10.0.0.1:9080 2001:db8::1:9080 10.0.1.1:9080", "10.0.0.2:9080"], endpoints);
    }

    [Fact]
    public void D12_AddressIsOfTwoProcesses_StandsOnceAndFirstWhereItIsTheFirst()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services).With(At("10.0.0.1", "10.0.0.3", "fd00::1"), At("10.0.0.2", "fd00::1", "fd00::2"), At("10.0.0.3"));

        Assert.Equal(["10.0.0.1:9080 fd00::1:9080", "10.0.0.2:9080 fd00::2:9080", "10.0.0.3:9080"], Endpoints(mesh));
    }

    [Fact]
    public void D12_ProcessIsKnownByAName_HasThatAlone() =>
        Assert.Equal(["reviews.example:9080"], Endpoints(new GeneratedMesh(Bookinfo.Services).With(At("reviews.example", "10.0.0.1"))));

    [Fact]
    public void D12_InboundListenerOfAnAdditionalAddress_IsItsOwnersAlone()
    {
        const string Name = "xds.istio.io/grpc/lds/inbound/[fd00::1]:9080";
        var mesh = new GeneratedMesh(Bookinfo.Services).With(At("10.0.0.1", "fd00::1") with { ServiceAccount = "reviews" });

        Assert.NotNull(mesh.Listener(Name, GeneratedMesh.MeshClient with { ServiceAccount = "reviews" }));
        Assert.Null(mesh.Listener(Name, GeneratedMesh.MeshClient with { ServiceAccount = "mallory" }));
    }

    private static WorkloadInstance At(string address, params ImmutableArray<string> others) =>
        Bookinfo.Process("reviews", "v1", 9080, address) with { AdditionalAddresses = others };

    private static IEnumerable<string> Endpoints(GeneratedMesh mesh, ClientView? client = null) =>
        mesh.Endpoints(Bookinfo.ReviewsRoutes, client)!.Endpoints.Single().LbEndpoints.Select(endpoint => string.Join(' ', Text(endpoint)));

    private static IEnumerable<string> Text(LbEndpoint endpoint) =>
        endpoint.Endpoint.AdditionalAddresses.Select(additional => Text(additional.Address)).Prepend(Text(endpoint.Endpoint.Address));

    private static string Text(Address address) => $"{address.SocketAddress.Address}:{address.SocketAddress.PortValue}";
}
