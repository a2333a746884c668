using System.Collections.Immutable;
using Google.Protobuf.Reflection;
using Mesh.Config.Kubernetes.GatewayApi;

namespace Mesh.Config;

/// <summary>The kinds of the Kubernetes Gateway API, in the versions that it serves.</summary>
internal static class GatewayApiKinds
{
    public static ResourceKind GatewayClass { get; } = Kind("GatewayClass", "gatewayclasses", GatewayClassSpec.Descriptor, "v1", "v1beta1") with { Namespaced = false };

    public static ResourceKind Gateway { get; } = Kind("Gateway", "gateways", GatewaySpec.Descriptor, "v1", "v1beta1");

    public static ResourceKind HttpRoute { get; } = Kind("HTTPRoute", "httproutes", HTTPRouteSpec.Descriptor, "v1", "v1beta1");

    public static ResourceKind GrpcRoute { get; } = Kind("GRPCRoute", "grpcroutes", GRPCRouteSpec.Descriptor, "v1");

    public static ResourceKind TcpRoute { get; } = Kind("TCPRoute", "tcproutes", L4RouteSpec.Descriptor, "v1", "v1alpha2");

    public static ResourceKind TlsRoute { get; } = Kind("TLSRoute", "tlsroutes", TLSRouteSpec.Descriptor, "v1", "v1alpha3", "v1alpha2");

    public static ResourceKind UdpRoute { get; } = Kind("UDPRoute", "udproutes", L4RouteSpec.Descriptor, "v1alpha2") with { Use = ResourceUse.NoEffect };

    public static ResourceKind ReferenceGrant { get; } = Kind("ReferenceGrant", "referencegrants", ReferenceGrantSpec.Descriptor, "v1", "v1beta1");

    public static ResourceKind BackendTlsPolicy { get; } = Kind("BackendTLSPolicy", "backendtlspolicies", BackendTLSPolicySpec.Descriptor, "v1", "v1alpha3");

    public static ImmutableArray<ResourceKind> All { get; } =
        [GatewayClass, Gateway, HttpRoute, GrpcRoute, TcpRoute, TlsRoute, UdpRoute, ReferenceGrant, BackendTlsPolicy];

    private static ResourceKind Kind(string kind, string plural, MessageDescriptor spec, params ImmutableArray<string> versions) =>
        new(ResourceKinds.GatewayApiGroup, kind, plural, versions, spec);
}
