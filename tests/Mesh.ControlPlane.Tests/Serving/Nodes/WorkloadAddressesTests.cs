using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Serving.Nodes;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Tests.Serving.Nodes;

/// <summary>What processes say of where they are reached (fault matrix D12).</summary>
public sealed class WorkloadAddressesTests
{
    [Theory]
    [InlineData("10.0.0.1", "", "")]
    [InlineData("10.0.0.1", "2001:0db8::1, 10.0.0.2,10.0.0.1", "2001:db8::1,10.0.0.2")]
    [InlineData("fd00::1", "10.0.0.1,10.0.0.1", "10.0.0.1")]
    public void D12_AdditionalAddresses_AreReadInTheirOrderAndOnce(string first, string additional, string expected) =>
        Assert.Equal(expected, string.Join(',', WorkloadAddresses.ReadAdditional(Metadata(NodeMetadataKeys.WorkloadKeys.AdditionalAddresses, additional), first)));

    [Theory]
    [InlineData("10.0.0.1", "a.host")]
    [InlineData("10.0.0.1", "::")]
    [InlineData("10.0.0.1", "ff02::1")]
    [InlineData("10.0.0.1", "10.0.0.2,0.0.0.0")]
    [InlineData("10.0.0.1", "10.0.1.1,10.0.1.2,10.0.1.3,10.0.1.4,10.0.1.5,10.0.1.6,10.0.1.7,10.0.1.8")]
    [InlineData("a.host", "10.0.0.1")]
    public void D12_AdditionalAddressesThatNobodyCanDial_AreRefusedWithTheirPath(string first, string additional)
    {
        var failure = Assert.Throws<GrpcException>(() => { WorkloadAddresses.ReadAdditional(Metadata(NodeMetadataKeys.WorkloadKeys.AdditionalAddresses, additional), first); });

        Assert.Equal(GrpcStatusCode.InvalidArgument, failure.Code);
        Assert.Contains("node.additionalAddresses: expected ", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1", "")]
    [InlineData("10.0.0.1, 172.17.0.1, fe80::1, ::1, 2001:db8::1, 2001:db8::2", "10.0.0.1", "2001:db8::1")]
    [InlineData("2001:db8::1,169.254.1.1,127.0.0.1,10.0.0.1", "2001:db8::1", "10.0.0.1")]
    [InlineData("10.0.0.1,nonsense", "10.0.0.1", "")]
    [InlineData("a.host,10.0.0.1", "a.host", "")]
    public void D12_InstanceIps_AreTheFirstAndTheFirstOfTheOtherFamily(string text, string first, string others)
    {
        var read = WorkloadAddresses.ReadOfInstance(Metadata(NodeMetadataKeys.InstanceIps, text));

        Assert.Equal((first, others), (read.First, string.Join(',', read.Others)));
    }

    private static MetadataReader Metadata(string key, string text) => new("node", new Struct { Fields = { [key] = Value.ForString(text) } });
}
