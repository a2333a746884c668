using System.Text;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;
using Wire = Mesh.Protocol.Envoy.Route;

namespace Mesh.Client.Xds.Decoders.Routes;

/// <summary>Decodes the actions that answer a request without sending it: redirects and direct responses.</summary>
internal static class AnswerDecoder
{
    public static RedirectAction? Redirect(Wire.RedirectAction redirect, DecodeErrors errors)
    {
        if (StatusCode(redirect.ResponseCode) is not { } status)
        {
            errors.Add($"unknown response_code {(int)redirect.ResponseCode}");
            return null;
        }

        if (redirect.PortRedirect > ushort.MaxValue)
        {
            errors.Add($"port_redirect: expected at most {ushort.MaxValue}, got {redirect.PortRedirect}");
        }

        return new RedirectAction
        {
            StatusCode = status,
            Scheme = redirect.HttpsRedirect ? Uri.UriSchemeHttps : RewriteDecoder.Literal(redirect.SchemeRedirect, errors.In("scheme_redirect")),
            Host = RewriteDecoder.Literal(redirect.HostRedirect, errors.In("host_redirect")),
            Port = redirect.PortRedirect > 0 ? redirect.PortRedirect : null,
            Path = RewriteDecoder.Literal(redirect.PathRedirect, errors.In("path_redirect")),
            Rewrite = RewriteDecoder.Path(redirect, errors),
            StripQuery = redirect.StripQuery,
        };
    }

    public static DirectResponseAction? DirectResponse(Wire.DirectResponseAction response, RouteScope scope, DecodeErrors errors)
    {
        // Envoy's own bounds, the upper one included.
        if (response.Status is < 200 or > 600)
        {
            errors.Add($"status: expected 200 to 600, got {response.Status}");
        }

        var body = Body(response.Body, errors.In("body"));
        if (body.Length > scope.MaxBodySize)
        {
            errors.Add($"body: expected at most {scope.MaxBodySize} bytes (max_direct_response_body_size_bytes), got {body.Length}");
        }

        return new DirectResponseAction((int)response.Status, body);
    }

    private static ReadOnlyMemory<byte> Body(DataSource? source, DecodeErrors errors)
    {
        switch (source?.SpecifierCase)
        {
            case null:
            case DataSource.SpecifierOneofCase.None:
                return default;
            case DataSource.SpecifierOneofCase.InlineBytes:
                return source.InlineBytes.Memory;
            case DataSource.SpecifierOneofCase.InlineString:
                return Encoding.UTF8.GetBytes(source.InlineString);
            default:
                // A control plane does not get to read this machine's files and variables.
                errors.Add($"expected inline_bytes or inline_string, got {source.SpecifierCase}");
                return default;
        }
    }

    private static int? StatusCode(Wire.RedirectAction.Types.RedirectResponseCode code) => code switch
    {
        Wire.RedirectAction.Types.RedirectResponseCode.MovedPermanently => 301,
        Wire.RedirectAction.Types.RedirectResponseCode.Found => 302,
        Wire.RedirectAction.Types.RedirectResponseCode.SeeOther => 303,
        Wire.RedirectAction.Types.RedirectResponseCode.TemporaryRedirect => 307,
        Wire.RedirectAction.Types.RedirectResponseCode.PermanentRedirect => 308,
        _ => null,
    };
}
