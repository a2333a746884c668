using System.Security.Cryptography;
using System.Text;
using Mesh.Config.Decoding;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.GatewayApi;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>Reads <c>sessionPersistence</c> of a rule (GEP-1619).</summary>
internal static class SessionTerms
{
    /// <param name="session">The rule's; null for none.</param>
    /// <param name="rule">The name of the rule in the mesh, by which sessions without a name of their own are told apart.</param>
    /// <param name="match">The match, whose path is the cookie's; null for everything.</param>
    public static RouteSession? Of(SessionPersistence? session, string rule, HTTPMatchRequest? match)
    {
        if (session is null)
        {
            return null;
        }

        var isHeader = session.Type == "Header";
        var name = session is { HasSessionName: true, SessionName.Length: > 0 } ? session.SessionName : DefaultName(rule, isHeader);
        var isPermanent = session.CookieConfig?.LifetimeType == "Permanent";
        return new RouteSession(name, isHeader, PathOf(match), isPermanent && GoDuration.TryParse(session.AbsoluteTimeout, out var lifetime) ? lifetime.ToTimeSpan() : null);
    }

    // The same on every replica, and after every restart.
    private static string DefaultName(string rule, bool isHeader) =>
        $"{(isHeader ? "x-" : "")}mesh-session-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rule))[..4])}";

    // An expression says nothing of where its paths begin.
    private static string PathOf(HTTPMatchRequest? match) =>
        match?.Uri is { } uri && (uri.HasExact ? uri.Exact : uri.HasPrefix ? uri.Prefix : "") is { Length: > 0 } path ? path : "/";
}
