using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Filters.Http.StatefulSession;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Http.StatefulSession.Cookie;
using Cookie = Mesh.Protocol.Envoy.Type.Http.Cookie;

namespace Mesh.ControlPlane.Generation.Listeners;

/// <summary>Makes the filter that keeps sessions at their endpoint, for a service with Istio's label <c>istio.io/persistent-session</c>.</summary>
internal static class SessionFilter
{
    private const string Name = "envoy.filters.http.stateful_session";
    private const string StateName = "envoy.http.stateful_session.cookie";

    /// <summary>None, or one.</summary>
    public static IEnumerable<HttpFilter> Of(Service service)
    {
        if (service.SessionCookie.Length == 0)
        {
            return [];
        }

        var colon = service.SessionCookie.IndexOf(':', StringComparison.Ordinal);
        var state = new CookieBasedSessionState
        {
            // A cookie of the session, as istiod makes it: it has no lifetime of its own.
            Cookie = new Cookie
            {
                Name = colon < 0 ? service.SessionCookie : service.SessionCookie[..colon],
                Path = colon < 0 ? "/" : service.SessionCookie[(colon + 1)..],
            },
        };
        var session = new StatefulSession { SessionState = new TypedExtensionConfig { Name = StateName, TypedConfig = Any.Pack(state) } };

        // gRPC's clients that do not know it do without (gRFC A39).
        return [new HttpFilter { Name = Name, TypedConfig = Any.Pack(session), IsOptional = true }];
    }
}
