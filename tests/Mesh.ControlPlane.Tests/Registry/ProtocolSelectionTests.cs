using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Sources;

namespace Mesh.ControlPlane.Tests.Registry;

public sealed class ProtocolSelectionTests
{
    [Theory]
    [InlineData("http", "", "TCP", nameof(ServiceProtocol.Http))]
    [InlineData("http-api", "", "", nameof(ServiceProtocol.Http))]
    [InlineData("http2-x", "", "TCP", nameof(ServiceProtocol.Http2))]
    [InlineData("grpc", "", "TCP", nameof(ServiceProtocol.Grpc))]
    [InlineData("grpc-web-1", "", "TCP", nameof(ServiceProtocol.Http))]
    [InlineData("https-x", "", "TCP", nameof(ServiceProtocol.Https))]
    [InlineData("tcp-mongo", "", "TCP", nameof(ServiceProtocol.Tcp))]
    [InlineData("mysql", "", "TCP", nameof(ServiceProtocol.Tcp))]
    [InlineData("httpfoo", "", "TCP", nameof(ServiceProtocol.Unspecified))]
    [InlineData("", "", "TCP", nameof(ServiceProtocol.Unspecified))]
    [InlineData("tcp", "kubernetes.io/h2c", "TCP", nameof(ServiceProtocol.Http2))]
    [InlineData("http", "grpc", "TCP", nameof(ServiceProtocol.Grpc))]
    [InlineData("http", "unknown", "TCP", nameof(ServiceProtocol.Http))]
    [InlineData("http", "http", "UDP", nameof(ServiceProtocol.Udp))]
    public void OfPort_NameAndAppProtocol_FollowsIstio(string name, string appProtocol, string transport, string expected) =>
        Assert.Equal(expected, ProtocolSelection.OfPort(name, appProtocol, transport).ToString());
}
