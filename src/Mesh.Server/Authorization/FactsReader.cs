using System.Net;
using Mesh.Server.Authentication;
using Mesh.Server.Authorization.Conditions;
using Mesh.Server.Authorization.Engine;
using Mesh.Server.Transport;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Mesh.Server.Authorization;

/// <summary>Reads what policies can ask about from a request.</summary>
internal static class FactsReader
{
    public static RequestFacts Read(HttpContext context, PortRules? rules)
    {
        var (request, features, peer) = (context.Request, context.Features, context.Features.Get<PeerConnection>());
        var path = request.Path.Value ?? "";
        var hasBase = request.PathBase.HasValue;
        return new RequestFacts(request.Method, hasBase ? request.PathBase.Value + path : path, request.Headers)
        {
            RoutedPath = hasBase ? path : null,
            RawTarget = features.Get<IHttpRequestFeature>()?.RawTarget,
            Query = request.QueryString.Value ?? "",
            Host = request.Host.Value ?? "",
            Scheme = request.Scheme,
            Peer = peer?.Peer,
            ServerName = peer?.ServerName,
            Token = features.Get<RequestToken>(),
            Port = context.Connection.LocalPort,
            Local = context.Connection.LocalIpAddress,
            Source = SourceOf(context),
            RouteTemplate = TemplateOf(context),
            TrustedHops = rules?.Source.TrustedHops ?? 0,
            Normalization = rules?.Source.Paths ?? Client.Model.Authorization.PathNormalization.None,
        };
    }

    /// <summary>The other end of the connection itself: middleware for forwarded headers writes what it believes to be the client over the other place.</summary>
    private static IPAddress? SourceOf(HttpContext context) =>
        context.Features.Get<IConnectionEndPointFeature>()?.RemoteEndPoint is IPEndPoint remote ? remote.Address : context.Connection.RemoteIpAddress;

    private static string? TemplateOf(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } template } ? EndpointRouteText.Of(template) : null;
}
