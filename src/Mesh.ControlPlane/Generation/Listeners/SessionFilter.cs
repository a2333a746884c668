using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Conversion;
using Mesh.ControlPlane.Generation.Origins;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Filters.Http.StatefulSession;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Http.StatefulSession.Cookie;
using Mesh.Protocol.Envoy.Http.StatefulSession.Header;
using Cookie = Mesh.Protocol.Envoy.Type.Http.Cookie;
using Route = Mesh.Protocol.Envoy.Route.Route;

namespace Mesh.ControlPlane.Generation.Listeners;

/// <summary>Makes the filter that keeps sessions at their endpoint: for a service with Istio's label <c>istio.io/persistent-session</c>, and for routes with <c>sessionPersistence</c> (GEP-1619).</summary>
internal static class SessionFilter
{
    private const string Name = "envoy.filters.http.stateful_session";
    private const string CookieState = "envoy.http.stateful_session.cookie";
    private const string HeaderState = "envoy.http.stateful_session.header";

    /// <summary>None, or one.</summary>
    public static IEnumerable<HttpFilter> Of(GenerationContext context, Service service)
    {
        if (service.SessionCookie.Length == 0)
        {
            return OfRoutes(context);
        }

        // A cookie of the session, as istiod makes it: it has no lifetime of its own.
        var colon = service.SessionCookie.IndexOf(':', StringComparison.Ordinal);
        var cookie = new Cookie
        {
            Name = colon < 0 ? service.SessionCookie : service.SessionCookie[..colon],
            Path = colon < 0 ? "/" : service.SessionCookie[(colon + 1)..],
        };
        return [Filter(State(CookieState, new CookieBasedSessionState { Cookie = cookie }))];
    }

    /// <summary>Without a state of its own, so that routes may have one; none where no route asks.</summary>
    public static IEnumerable<HttpFilter> OfRoutes(GenerationContext context) =>
        context.Index.Converted.HasSessions && !context.IsProxylessGrpc ? [Filter(new StatefulSession())] : [];

    /// <summary>Says on a route what its rule asks for.</summary>
    public static void Apply(GenerationContext context, Route route, RuleOrigin origin)
    {
        if (origin.Session is not { } session || route.Route_ is null)
        {
            return;
        }

        if (context.IsProxylessGrpc)
        {
            context.Notices.LeftOut(origin.Resource, "sessionPersistence", "gRPC's own clients are not told, as not all of them can do it, and send their calls to any endpoint");
            return;
        }

        route.TypedPerFilterConfig.Add(Name, Any.Pack(new StatefulSessionPerRoute { StatefulSession = Of(session) }));
    }

    private static StatefulSession Of(RouteSession session) => session.IsHeader
        ? State(HeaderState, new HeaderBasedSessionState { Name = session.Name })
        : State(CookieState, new CookieBasedSessionState { Cookie = new Cookie { Name = session.Name, Path = session.Path, Ttl = session.Lifetime?.ToDuration() } });

    private static StatefulSession State(string name, IMessage state) => new() { SessionState = new TypedExtensionConfig { Name = name, TypedConfig = Any.Pack(state) } };

    // gRPC's clients that do not know it do without (gRFC A39).
    private static HttpFilter Filter(StatefulSession session) => new() { Name = Name, TypedConfig = Any.Pack(session), IsOptional = true };
}
