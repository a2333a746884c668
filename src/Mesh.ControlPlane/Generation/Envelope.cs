using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Filters.Http.Cors;
using Mesh.Protocol.Envoy.Filters.Http.Fault;
using Mesh.Protocol.Envoy.Filters.Http.Router;
using Mesh.Protocol.Envoy.Http;

namespace Mesh.ControlPlane.Generation;

/// <summary>The small messages that every xDS resource is wrapped in.</summary>
internal static class Envelope
{
    public const string CorsFilter = "envoy.filters.http.cors";
    public const string FaultFilter = "envoy.filters.http.fault";
    public const string RouterFilter = "envoy.filters.http.router";
    public const string HttpConnectionManager = "envoy.filters.network.http_connection_manager";
    public const string TcpProxy = "envoy.filters.network.tcp_proxy";

    public static ConfigSource Ads() => new() { Ads = new AggregatedConfigSource(), ResourceApiVersion = ApiVersion.V3 };

    public static ConfigSource Self() => new() { Self = new SelfConfigSource(), ResourceApiVersion = ApiVersion.V3 };

    public static HttpFilter Fault() => Filter(FaultFilter, new HTTPFault());

    public static HttpFilter Cors() => Filter(CorsFilter, new Cors());

    /// <summary>The last filter, without which gRPC refuses a listener (gRFC A39).</summary>
    public static HttpFilter Router() => Filter(RouterFilter, new Router());

    public static Address SocketAddress(string address, int port) =>
        new() { SocketAddress = new SocketAddress { Address = address, PortValue = (uint)port } };

    private static HttpFilter Filter(string name, IMessage config) => new() { Name = name, TypedConfig = Any.Pack(config) };
}
