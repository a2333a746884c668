using Google.Protobuf.Collections;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Filters.Http.StatefulSession;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Http.StatefulSession.Cookie;

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

    private static RepeatedField<HttpFilter> Filters(GeneratedMesh mesh) =>
        mesh.Listener("shop.default.svc.cluster.local:80")!.ApiListener.ApiListener_.Unpack<HttpConnectionManager>().HttpFilters;

    private static GeneratedMesh Mesh(string label) => new($$"""
        apiVersion: v1
        kind: Service
        metadata: { name: shop, labels: { istio.io/persistent-session: "{{label}}" } }
        spec: { selector: { app: shop }, ports: [{ name: http, port: 80 }] }
        """);
}
