using Mesh.Config.Istio.Networking;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Route;
using ResponseCode = Mesh.Protocol.Envoy.Route.RedirectAction.Types.RedirectResponseCode;
using Route = Mesh.Protocol.Envoy.Route.Route;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Turns <c>redirect</c> and <c>directResponse</c> into a route that answers by itself.</summary>
internal static class AnswerTranslator
{
    /// <param name="route">To be given its action.</param>
    /// <param name="rule">Has one of the two.</param>
    /// <param name="port">The port that the client calls.</param>
    public static void Set(Route route, HTTPRoute rule, int port)
    {
        if (rule.Redirect is { } redirect)
        {
            route.Redirect = RedirectOf(redirect, route.Match, port);
        }
        else
        {
            route.DirectResponse = new DirectResponseAction { Status = rule.DirectResponse.Status, Body = BodyOf(rule.DirectResponse.Body) };
        }
    }

    private static RedirectAction RedirectOf(HTTPRedirect redirect, RouteMatch match, int port)
    {
        var result = new RedirectAction
        {
            HostRedirect = redirect.Authority,
            ResponseCode = redirect.RedirectCode switch
            {
                302 => ResponseCode.Found,
                303 => ResponseCode.SeeOther,
                307 => ResponseCode.TemporaryRedirect,
                308 => ResponseCode.PermanentRedirect,
                _ => ResponseCode.MovedPermanently,
            },
        };
        if (redirect.PrefixRewrite.Length > 0 && RewriteTranslator.Removal(match, redirect.PrefixRewrite) is { } removal)
        {
            result.RegexRewrite = removal;
        }
        else if (redirect.PrefixRewrite.Length > 0)
        {
            result.PrefixRewrite = redirect.PrefixRewrite;
        }
        else if (redirect.Uri.Length > 0)
        {
            result.PathRedirect = redirect.Uri;
        }

        if (redirect.Scheme.Length > 0)
        {
            result.SchemeRedirect = redirect.Scheme;
        }

        result.PortRedirect = PortOf(redirect, (uint)port);
        return result;
    }

    // istiod: Envoy cannot take the port from the request, but the routes of a port are made for that port. FROM_PROTOCOL_DEFAULT is what it does by itself.
    private static uint PortOf(HTTPRedirect redirect, uint requested)
    {
        var port = redirect.RedirectPortCase switch
        {
            HTTPRedirect.RedirectPortOneofCase.Port => redirect.Port,
            HTTPRedirect.RedirectPortOneofCase.DerivePort when redirect.DerivePort == HTTPRedirect.Types.RedirectPortSelection.FromRequestPort => requested,
            _ => 0u,
        };

        // Nobody writes the port that the scheme says already.
        return (redirect.Scheme.Length > 0 ? redirect.Scheme : "http", port) is ("http", 80) or ("https", 443) ? 0 : port;
    }

    private static DataSource? BodyOf(HTTPBody? body) => body?.SpecifierCase switch
    {
        HTTPBody.SpecifierOneofCase.String => new DataSource { InlineString = body.String },
        HTTPBody.SpecifierOneofCase.Bytes => new DataSource { InlineBytes = body.Bytes },
        _ => null,
    };
}
