using System.Net;

namespace Mesh.ControlPlane.Api.Routing;

/// <summary>Keeps web pages of other sites away from an API that asks for no credentials (S113, S122).</summary>
internal static class RequestOrigin
{
    /// <summary>Why a request cannot come from this machine's own tools, or null.</summary>
    public static string? Refuse(HttpRequest request)
    {
        // A name that somebody else's DNS points to this machine is that somebody's site to a browser: rebinding.
        if (!IsThisMachine(request.Host.Host))
        {
            return $"The host '{request.Host.Host}' is not this machine's. Use localhost or an IP address.";
        }

        if (request.Headers.Origin is [{ Length: > 0 } origin] && origin != $"{request.Scheme}://{request.Host}")
        {
            return "It comes from the page of another site.";
        }

        return request.Headers["Sec-Fetch-Site"] is ["cross-site" or "same-site"] ? "It comes from the page of another site." : null;
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host.Trim('[', ']'), out _);
}
