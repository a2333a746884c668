using Mesh.ControlPlane.Generation.Inbound.Apis;
using Mesh.ControlPlane.Generation.Inbound.Authentication;
using Mesh.ControlPlane.Generation.Inbound.Authorization;
using Mesh.ControlPlane.Generation.Inbound.RateLimits;
using Mesh.ControlPlane.Generation.Listeners;
using Mesh.Protocol.Envoy.Http;

namespace Mesh.ControlPlane.Generation.Inbound;

/// <summary>The filters of a port in the order in which requests meet them: who asks, whether it may, what of it is answered here.</summary>
internal static class InboundFilters
{
    public static IEnumerable<HttpFilter> Of(InboundTarget target, bool hasRoutes) =>
    [
        .. JwtFilter.Of(target),
        .. ApiKeyFilter.Of(target),
        .. AuthorizationFilters.Of(target),
        .. RateLimitFilter.Of(target),
        .. ApiVersionFilter.Of(target),
        .. TransformationFilter.Of(target),
        .. hasRoutes ? [Envelope.Cors()] : Array.Empty<HttpFilter>(),
        Envelope.Router(),
    ];

    /// <summary>Of a port whose requests are routed on: its routes say what of browsers and faults there is.</summary>
    public static IEnumerable<HttpFilter> OfGateway(InboundTarget target) =>
    [
        .. JwtFilter.Of(target),
        .. ApiKeyFilter.Of(target),
        .. AuthorizationFilters.Of(target),
        .. RateLimitFilter.Of(target),
        .. ApiVersionFilter.Of(target),
        .. TransformationFilter.Of(target),
        Envelope.Cors(),
        Envelope.Fault(),
        .. SessionFilter.OfRoutes(target.Context),
        Envelope.Router(),
    ];
}
