using static Mesh.ControlPlane.Tests.Conversion.GatewayApiYaml;

namespace Mesh.ControlPlane.Tests.Conversion;

/// <summary>The conformance suite's cases about references: grants, missing backends, parents that refuse.</summary>
public sealed class ReferenceConformanceTests
{
    private const string Foreign = "backendRefs: [{name: other, namespace: web, port: 8080}]";

    [Fact]
    public void HTTPRouteReferenceGrant_BackendOfAnotherNamespace_NeedsAGrant()
    {
        var mesh = new GatewayApiMesh(Backends, HttpGateway, Route($"[{{{Foreign}}}]"));

        Assert.Equal(("500", "True/Accepted", "False/RefNotPermitted"), (mesh.Send("example.com", "/"), mesh.RouteCondition("Accepted"), mesh.RouteCondition("ResolvedRefs")));

        mesh.Apply(Grant("{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}", "{group: '', kind: Service, name: other}", "web"));

        Assert.Equal(("other.web:8080", "True/ResolvedRefs"), (mesh.Send("example.com", "/"), mesh.RouteCondition("ResolvedRefs")));
    }

    [Theory]
    [InlineData("{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: elsewhere}", "{group: '', kind: Service}", "web")]
    [InlineData("{group: gateway.networking.k8s.io, kind: GRPCRoute, namespace: default}", "{group: '', kind: Service}", "web")]
    [InlineData("{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}", "{group: '', kind: Secret}", "web")]
    [InlineData("{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}", "{group: '', kind: Service, name: another}", "web")]
    [InlineData("{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}", "{group: '', kind: Service}", "default")]
    public void HTTPRouteInvalidReferenceGrant_GrantForSomethingElse_AllowsNothing(string from, string to, string @namespace)
    {
        var mesh = new GatewayApiMesh(Backends, HttpGateway, Route($"[{{{Foreign}}}]"), Grant(from, to, @namespace));

        Assert.Equal(("500", "False/RefNotPermitted"), (mesh.Send("example.com", "/"), mesh.RouteCondition("ResolvedRefs")));
    }

    [Fact]
    public void HTTPRoutePartiallyInvalidViaInvalidReferenceGrant_OtherRules_GoOn()
    {
        var mesh = new GatewayApiMesh(
            Backends, HttpGateway, Route($"[{{matches: [{{path: {{value: /v2}}}}], {Foreign}}}, {{{To("v1")}}}]"));

        Assert.Equal(("500", "v1:8080"), (mesh.Send("example.com", "/v2"), mesh.Send("example.com", "/")));
        Assert.Equal(("True/Accepted", "False/RefNotPermitted"), (mesh.RouteCondition("Accepted"), mesh.RouteCondition("ResolvedRefs")));
    }

    [Theory]
    [InlineData("{name: nobody, port: 8080}", "False/BackendNotFound", "nobody:8080")]
    [InlineData("{kind: Oven, group: kitchen.example, name: v1, port: 8080}", "False/InvalidKind", "500")]
    public void HTTPRouteInvalidBackendRef_BackendThatIsNotThere_IsTold(string backend, string condition, string outcome)
    {
        var mesh = new GatewayApiMesh(Backends, HttpGateway, Route($"[{{backendRefs: [{backend}]}}]"));

        Assert.Equal((condition, "True/Accepted", outcome), (mesh.RouteCondition("ResolvedRefs"), mesh.RouteCondition("Accepted"), mesh.Send("example.com", "/")));
    }

    [Fact]
    public void HTTPRouteInvalidBackendRef_OneOfTwo_TakesItsShare()
    {
        var mesh = new GatewayApiMesh(Backends, HttpGateway, Route("[{backendRefs: [{name: v1, port: 8080, weight: 3}, {name: other, namespace: web, port: 8080}]}]"));

        Assert.Equal("v1:8080=3 500=1", mesh.Send("example.com", "/"));
    }

    [Theory]
    [InlineData("[{name: gateway, sectionName: nothing}]", "False/NoMatchingParent")]
    [InlineData("[{name: gateway, port: 81}]", "False/NoMatchingParent")]
    [InlineData("[{name: gateway, port: 80}]", "True/Accepted")]
    [InlineData("[{name: gateway, sectionName: http, port: 80}]", "True/Accepted")]
    public void HTTPRouteInvalidParentRefNotMatchingSectionName_PartOfAGateway_MustBeThere(string parents, string expected) =>
        Assert.Equal(expected, new GatewayApiMesh(Backends, HttpGateway, Route($"[{{{To("v1")}}}]", parents: $"parentRefs: {parents}")).RouteCondition("Accepted"));

    [Fact]
    public void Find_ParentOfAnotherController_IsLeftAlone()
    {
        var mesh = new GatewayApiMesh(Backends, Gateway("[{name: http, port: 80, protocol: HTTP}]", @class: "other"), Route($"[{{{To("v1")}}}]"));

        Assert.Empty(mesh.Status("HTTPRoute", "route")["parents"]!.AsArray());
        Assert.Empty(mesh.Converted.Resources);
    }

    [Theory]
    [InlineData("default", "from: Same", "True/Accepted")]
    [InlineData("web", "from: Same", "False/NotAllowedByListeners")]
    [InlineData("web", "from: All", "True/Accepted")]
    [InlineData("web", "from: None", "False/NotAllowedByListeners")]
    [InlineData("web", "from: Selector, selector: {matchLabels: {team: web}}", "True/Accepted")]
    [InlineData("web", "from: Selector, selector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [web]}]}", "True/Accepted")]
    [InlineData("default", "from: Selector, selector: {matchLabels: {team: web}}", "False/NotAllowedByListeners")]
    public void HTTPRouteInvalidCrossNamespaceParentRef_Namespaces_AreThoseOfTheListener(string @namespace, string allowed, string expected)
    {
        var mesh = new GatewayApiMesh(
            Backends,
            Namespace("web", "{team: web}"),
            Gateway($"[{{name: http, port: 80, protocol: HTTP, allowedRoutes: {{namespaces: {{{allowed}}}}}}}]"),
            Route("[{backendRefs: [{name: other, port: 8080}]}]", parents: "parentRefs: [{name: gateway, namespace: default}]", @namespace: @namespace));

        Assert.Equal(expected, mesh.RouteCondition("Accepted", @namespace: @namespace));
        Assert.Equal(expected == "True/Accepted" ? 1 : 0, (int)mesh.ListenerStatus("http")["attachedRoutes"]!);
        Assert.Equal(expected == "True/Accepted", mesh.Send("example.com", "/") != "404");
    }

    [Fact]
    public void HTTPRouteDisallowedKind_ListenerForOtherRoutes_RefusesIt()
    {
        var mesh = new GatewayApiMesh(Backends, Gateway("[{name: tcp, port: 80, protocol: TCP}]"), Route($"[{{{To("v1")}}}]"));

        Assert.Equal("False/NotAllowedByListeners", mesh.RouteCondition("Accepted"));
    }

    [Theory]
    [InlineData("{type: ExtensionRef, extensionRef: {group: a.example, kind: Spice, name: b}}")]
    [InlineData("{type: ExternalAuth, externalAuth: {protocol: GRPC, backendRef: {name: v1, port: 8080}}}")]
    public void Translate_FilterThatCannotBeDone_FailsItsRequestsAndSaysSo(string filter)
    {
        var mesh = new GatewayApiMesh(Backends, HttpGateway, Route($"[{{matches: [{{path: {{value: /a}}}}], filters: [{filter}], {To("v1")}}}, {{{To("v2")}}}]"));

        Assert.Equal(("500", "v2:8080"), (mesh.Send("example.com", "/a"), mesh.Send("example.com", "/")));
        Assert.Equal(("True/Accepted", "True/UnsupportedValue"), (mesh.RouteCondition("Accepted"), mesh.RouteCondition("PartiallyInvalid")));
    }

    [Fact]
    public void Translate_NothingButWhatCannotBeDone_IsNotAccepted()
    {
        var mesh = new GatewayApiMesh(Backends, HttpGateway, Route($"[{{filters: [{{type: ExtensionRef, extensionRef: {{group: a.example, kind: Spice, name: b}}}}], {To("v1")}}}]"));

        Assert.Equal("False/UnsupportedValue", mesh.RouteCondition("Accepted"));
        Assert.Empty(mesh.Services);
    }

    [Theory]
    [InlineData("{service: foo.Bar, method: Login}", "/foo.Bar/Login", "v1:8080")]
    [InlineData("{service: foo.Bar}", "/foo.Bar/Logout", "v1:8080")]
    [InlineData("{service: foo.Bar}", "/foo.Barista/Logout", "404")]
    [InlineData("{method: Login}", "/any.Service/Login", "v1:8080")]
    [InlineData("{method: Login}", "/any.Service/Logout", "404")]
    [InlineData("{type: RegularExpression, service: 'foo\\..+', method: 'Log(in|out)'}", "/foo.Bar/Logout", "v1:8080")]
    public void GRPCExactMethodMatching_ServiceAndMethod_AreThePath(string method, string path, string expected)
    {
        var mesh = new GatewayApiMesh(Backends, HttpGateway, Of("GRPCRoute", "grpc", $"{ParentRefs}\nrules: [{{matches: [{{method: {method}}}], {To("v1")}}}]"));

        Assert.Equal(expected, mesh.Send("example.com", path, method: "POST"));
        Assert.Equal("True/Accepted", mesh.RouteCondition("Accepted", "grpc", "GRPCRoute"));
    }

    [Fact]
    public void GRPCRouteHeaderMatching_MoreHeaders_WinOverFewer()
    {
        var mesh = new GatewayApiMesh(Backends, HttpGateway, Of("GRPCRoute", "grpc", $$$"""
            {{{ParentRefs}}}
            rules: [{matches: [{headers: [{name: version, value: two}]}], {{{To("v2")}}}}, {matches: [{headers: [{name: version, value: two}, {name: color, value: orange}]}], {{{To("v1")}}}}, {{{{To("v3")}}}}]
            """));

        Assert.Equal(("v2:8080", "v1:8080", "v3:8080"), (mesh.Send("a.com", "/s/m", "version: two"), mesh.Send("a.com", "/s/m", "version: two; color: orange"), mesh.Send("a.com", "/s/m")));
    }

    [Fact]
    public void TLSRouteSimpleSameNamespace_ServerName_LeadsToTheBackend()
    {
        var mesh = new GatewayApiMesh(
            Backends,
            Gateway("[{name: tls, port: 443, protocol: TLS, hostname: '*.example.com', tls: {mode: Passthrough}}]"),
            Of("TLSRoute", "tls", $"{ParentRefs}\nhostnames: [abc.example.com, other.net]\nrules: [{{{To("v1")}}}]"));

        var service = (Mesh.Config.Istio.Networking.VirtualService)Assert.Single(mesh.Services).Spec!;

        Assert.Equal(("abc.example.com", "v1.default.svc.cluster.local"), (Assert.Single(Assert.Single(service.Tls).Match[0].SniHosts), service.Tls[0].Route[0].Destination.Host));
        Assert.Equal(1, (int)mesh.ListenerStatus("tls")["attachedRoutes"]!);
    }

    [Fact]
    public void TCPRoute_WithoutBackends_LeadsNowhere()
    {
        var mesh = new GatewayApiMesh(
            Backends, Gateway("[{name: tcp, port: 9000, protocol: TCP}]"), Of("TCPRoute", "tcp", $"{ParentRefs}\nrules: [{{backendRefs: [{{name: v1, port: 8080, weight: 0}}]}}]"));

        var service = (Mesh.Config.Istio.Networking.VirtualService)Assert.Single(mesh.Services).Spec!;

        Assert.Equal("backend.invalid", service.Tcp[0].Route[0].Destination.Host);
    }

    [Theory]
    [InlineData("[{type: Hostname, value: ingress.example.com}]", "True/Programmed")]
    [InlineData("[{type: NamedAddress, value: a}]", "False/UnsupportedAddress")]
    public void GatewayStaticAddresses_Types_AreTold(string addresses, string expected)
    {
        var mesh = new GatewayApiMesh(Of("Gateway", "gateway", $"gatewayClassName: istio\naddresses: {addresses}\nlisteners: [{{name: http, port: 80, protocol: HTTP}}]"));

        Assert.Equal(expected, GatewayApiMesh.Condition(mesh.Status("Gateway", "gateway"), "Programmed"));
    }

    [Fact]
    public void GatewayClassObservedGenerationBump_Class_IsAcceptedWithItsFeatures()
    {
        const string Class = "apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: NAME}\nspec: {controllerName: CONTROLLER}\n";
        var mesh = new GatewayApiMesh(
            Class.Replace("NAME", "own", StringComparison.Ordinal).Replace("CONTROLLER", "mesh.dev/gateway-controller", StringComparison.Ordinal),
            Class.Replace("NAME", "istio", StringComparison.Ordinal).Replace("CONTROLLER", "example.com/controller", StringComparison.Ordinal),
            Gateway("[{name: http, port: 80, protocol: HTTP}]", @class: "own"),
            Gateway("[{name: http, port: 80, protocol: HTTP}]", "taken", @class: "istio"));

        var features = mesh.Status("GatewayClass", "own")["supportedFeatures"]!.AsArray().Select(feature => (string)feature!["name"]!).ToArray();

        Assert.Equal("gateway-istio-autogenerated-k8s-gateway-http", Assert.Single(mesh.Listeners).Id.Name);
        Assert.Equal(features.Order(StringComparer.Ordinal), features);
        Assert.Equal("True/Accepted", GatewayApiMesh.Condition(mesh.Status("GatewayClass", "own"), "Accepted"));
    }
}
