using Mesh.Server.Rules;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Transport;

/// <summary>Stage: takes off the headers in which a proxy would tell who the caller is (Envoy's <c>forward_client_cert_details: SANITIZE</c>).</summary>
/// <remarks>
/// Here that is told by <see cref="IMeshPeerFeature"/>, out of a caller's reach. A header of that name was made up by the caller, or is meant
/// for the hop before. Those that only bear on the caller's own request (deadlines, retries) stay.
/// </remarks>
internal static class InternalHeaderStage
{
    private static readonly string[] Names =
    [
        "x-forwarded-client-cert",
        "x-mesh-principal",
        "x-mesh-peer",
        "x-mesh-namespace",
        "x-mesh-service-account",
        "x-mesh-trust-domain",
        "x-envoy-peer-metadata",
        "x-envoy-peer-metadata-id",
    ];

    public static RequestDelegate Wrap(RequestDelegate next) => context =>
    {
        if (context.Features.Get<IRoutedRequest>() is not null)
        {
            // A gateway writes some of them itself, when it has taken off what callers say.
            return next(context);
        }

        var headers = context.Request.Headers;
        foreach (var name in Names)
        {
            headers.Remove(name);
        }

        return next(context);
    };
}
