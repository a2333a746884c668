using Mesh.ControlPlane.Config.Istio.Networking;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Route;
using ResponseCode = Mesh.Protocol.Envoy.Route.RedirectAction.Types.RedirectResponseCode;
using Route = Mesh.Protocol.Envoy.Route.Route;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Turns <c>redirect</c> and <c>directResponse</c> into a route that answers by itself.</summary>
internal static class AnswerTranslator
{
    public static void Set(Route route, HTTPRoute rule)
    {
        if (rule.Redirect is { } redirect)
        {
            route.Redirect = RedirectOf(redirect);
        }
        else
        {
            route.DirectResponse = new DirectResponseAction { Status = rule.DirectResponse.Status, Body = BodyOf(rule.DirectResponse.Body) };
        }
    }

    private static RedirectAction RedirectOf(HTTPRedirect redirect)
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
        if (redirect.PrefixRewrite.Length > 0)
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

        // FROM_PROTOCOL_DEFAULT and FROM_REQUEST_PORT are what a redirect without port does already.
        if (redirect.HasPort)
        {
            result.PortRedirect = redirect.Port;
        }

        return result;
    }

    private static DataSource? BodyOf(HTTPBody? body) => body?.SpecifierCase switch
    {
        HTTPBody.SpecifierOneofCase.String => new DataSource { InlineString = body.String },
        HTTPBody.SpecifierOneofCase.Bytes => new DataSource { InlineBytes = body.Bytes },
        _ => null,
    };
}
