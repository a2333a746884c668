using Google.Protobuf.Collections;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Filters.Http.StatefulSession;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Http.StatefulSession.Cookie;
using Mesh.Protocol.Envoy.Http.StatefulSession.Header;

namespace Mesh.ControlPlane.Tests.Generation;

public sealed class PersistentSessionTests
{
    [Fact]
    public void Generate_ServiceWithTheLabel_KeepsSessionsByACookie()
    {
        var mesh = Mesh("session");

        var filters = Filters(mesh);
        Assert.Equal(["envoy.filters.http.fault", "envoy.filters.http.stateful_session", "envoy.filters.http.router"], filters.Select(filter => filter.Name));
        var state = filters[1].TypedConfig.Unpack<StatefulSession>().SessionState.TypedConfig.Unpack<CookieBasedSessionState>();
        Assert.Equal(("session", "/"), (state.Cookie.Name, state.Cookie.Path));
        Assert.Contains(HealthStatus.Draining, mesh.Cluster("outbound|80||shop.default.svc.cluster.local")!.CommonLbConfig.OverrideHostStatus.Statuses);
    }

    [Fact]
    public void Generate_ServiceWithoutTheLabel_HasNoSessions() => Assert.Equal(2, Filters(Mesh("")).Count);

    [Fact]
    public void Generate_RoutesWithSessionPersistence_SayItEachForItself()
    {
        var mesh = Mesh("").Apply("""
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: shop, namespace: default }
            spec:
              parentRefs: [{ group: "", kind: Service, name: shop }]
              rules:
              - matches: [{ path: { value: /cart } }]
                sessionPersistence: { sessionName: cart, absoluteTimeout: 1h, cookieConfig: { lifetimeType: Permanent } }
                backendRefs: [{ name: shop, port: 80 }]
              - matches: [{ path: { value: /api } }]
                sessionPersistence: { type: Header }
                backendRefs: [{ name: shop, port: 80 }]
              - backendRefs: [{ name: shop, port: 80 }]
            """);

        var routes = Assert.Single(mesh.Routes("outbound|80||shop.default.svc.cluster.local")!.VirtualHosts).Routes;
        var cart = State(routes[0]).Unpack<CookieBasedSessionState>().Cookie;
        Assert.Equal(("cart", "/cart", 3600), (cart.Name, cart.Path, cart.Ttl.Seconds));
        Assert.StartsWith("x-mesh-session-", State(routes[1]).Unpack<HeaderBasedSessionState>().Name, StringComparison.Ordinal);
        Assert.Empty(routes[2].TypedPerFilterConfig);
        Assert.Null(Filters(mesh)[1].TypedConfig.Unpack<StatefulSession>().SessionState);
        Assert.All(Assert.Single(mesh.Routes("outbound|80||shop.default.svc.cluster.local", GeneratedMesh.Grpc)!.VirtualHosts).Routes, route => Assert.Empty(route.TypedPerFilterConfig));
    }

    private static Google.Protobuf.WellKnownTypes.Any State(Mesh.Protocol.Envoy.Route.Route route) =>
        Assert.Single(route.TypedPerFilterConfig).Value.Unpack<StatefulSessionPerRoute>().StatefulSession.SessionState.TypedConfig;

    private static RepeatedField<HttpFilter> Filters(GeneratedMesh mesh) =>
        mesh.Listener("shop.default.svc.cluster.local:80")!.ApiListener.ApiListener_.Unpack<HttpConnectionManager>().HttpFilters;

    private static GeneratedMesh Mesh(string label) => new($$"""
        apiVersion: v1
        kind: Service
        metadata: { name: shop, labels: { istio.io/persistent-session: "{{label}}" } }
        spec: { selector: { app: shop }, ports: [{ name: http, port: 80 }] }
        """);
}
