using Mesh.Server.Rules;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Transport;

/// <summary>Stage: gives a request the scheme that its user asked with, as a gateway of the mesh tells it in <c>x-forwarded-proto</c>.</summary>
/// <remarks>
/// Behind a gateway every connection is mutual TLS of the mesh: an application would mark cookies as secure, and write links to https, for a page
/// that its user sees over plaintext. Only who has proved to be of the mesh is believed; what others say is for the application's own forwarded-headers middleware.
/// </remarks>
internal static class ForwardedSchemeStage
{
    private const string Header = "x-forwarded-proto";

    public static RequestDelegate Wrap(RequestDelegate next) => context =>
    {
        if (context.Features.Get<IRoutedRequest>() is null && context.Features.Get<PeerConnection>() is { Peer: not null })
        {
            var scheme = context.Request.Headers[Header].ToString();
            if (scheme is "http" or "https")
            {
                context.Request.Scheme = scheme;
            }
        }

        return next(context);
    };
}
