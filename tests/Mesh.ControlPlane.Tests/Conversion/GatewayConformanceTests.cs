using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Config.Istio.Networking;
using static Mesh.ControlPlane.Tests.Conversion.GatewayApiYaml;

namespace Mesh.ControlPlane.Tests.Conversion;

/// <summary>The conformance suite's cases for Gateways and their listeners.</summary>
public sealed class GatewayConformanceTests
{
    private static readonly string Certificate = Secret("certificate", "default");

    [Fact]
    public void Convert_Gateway_BecomesIstiosGatewayOfEachListener()
    {
        var mesh = new GatewayApiMesh(Gateway("[{name: http, port: 8080, protocol: HTTP, hostname: '*.example.com'}, {name: tcp, port: 9000, protocol: TCP, allowedRoutes: {namespaces: {from: All}}}]"));

        var (http, tcp) = (Server(mesh, "http"), Server(mesh, "tcp"));

        Assert.Equal(("default/*.example.com", "HTTP", 8080u), (Assert.Single(http.Hosts), http.Port.Protocol, http.Port.Number));
        Assert.Equal(("*/*", "TCP", 9000u), (Assert.Single(tcp.Hosts), tcp.Port.Protocol, tcp.Port.Number));
        Assert.Equal("gateway", ((Gateway)mesh.Listeners.First().Spec!).Selector["gateway.networking.k8s.io/gateway-name"]);
    }

    [Fact]
    public void GatewayModifyListeners_ListenerThatComesOrGoes_IsInTheStatusOrNot()
    {
        var mesh = new GatewayApiMesh(HttpGateway, Route($"[{{{To("v1")}}}]"));
        mesh.Apply(Gateway("[{name: http, port: 80, protocol: HTTP}, {name: more, port: 81, protocol: HTTP}]"));

        Assert.Equal(["http", "more"], mesh.Status("Gateway", "gateway")["listeners"]!.AsArray().Select(listener => (string)listener!["name"]!));
        Assert.Equal((1, 1), ((int)mesh.ListenerStatus("http")["attachedRoutes"]!, (int)mesh.ListenerStatus("more")["attachedRoutes"]!));

        mesh.Apply(Gateway("[{name: more, port: 81, protocol: HTTP}]"));

        Assert.Equal("more", (string)Assert.Single(mesh.Status("Gateway", "gateway")["listeners"]!.AsArray())!["name"]!);
    }

    [Theory]
    [InlineData("HTTP", "[{kind: HTTPRoute}]", "HTTPRoute", "True/ResolvedRefs")]
    [InlineData("HTTP", "[]", "HTTPRoute,GRPCRoute", "True/ResolvedRefs")]
    [InlineData("HTTP", "[{kind: InvalidRoute}]", "", "False/InvalidRouteKinds")]
    [InlineData("HTTP", "[{kind: InvalidRoute}, {kind: HTTPRoute}]", "HTTPRoute", "False/InvalidRouteKinds")]
    [InlineData("HTTP", "[{group: other.example, kind: HTTPRoute}]", "", "False/InvalidRouteKinds")]
    [InlineData("TCP", "[]", "TCPRoute", "True/ResolvedRefs")]
    public void GatewayInvalidRouteKind_Kinds_AreThoseOfTheProtocol(string protocol, string kinds, string supported, string condition)
    {
        var mesh = new GatewayApiMesh(Gateway($"[{{name: one, port: 80, protocol: {protocol}, allowedRoutes: {{kinds: {kinds}}}}}]"));

        Assert.Equal(supported, string.Join(',', mesh.ListenerStatus("one")["supportedKinds"]!.AsArray().Select(kind => (string)kind!["kind"]!)));
        Assert.Equal(condition, mesh.ListenerCondition("one", "ResolvedRefs"));
    }

    [Theory]
    [InlineData("[{name: certificate}]", "True/ResolvedRefs", "True/Programmed")]
    [InlineData("[{name: nothing}]", "False/InvalidCertificateRef", "False/Invalid")]
    [InlineData("[{kind: ConfigMap, name: certificate}]", "False/InvalidCertificateRef", "False/Invalid")]
    [InlineData("[{name: malformed}]", "False/InvalidCertificateRef", "False/Invalid")]
    [InlineData("[{name: certificate, namespace: web}]", "False/RefNotPermitted", "False/Invalid")]
    public void GatewayInvalidTLSConfiguration_Certificates_AreChecked(string references, string resolved, string programmed)
    {
        var mesh = new GatewayApiMesh(
            Certificate,
            Secret("certificate", "web"),
            "apiVersion: v1\nkind: Secret\nmetadata: {name: malformed, namespace: default}\nstringData: {tls.crt: Hello, tls.key: world}\n",
            Gateway($"[{{name: https, port: 443, protocol: HTTPS, tls: {{certificateRefs: {references}}}}}]"));

        Assert.Equal((resolved, programmed, "True/Accepted"), (mesh.ListenerCondition("https", "ResolvedRefs"), mesh.ListenerCondition("https", "Programmed"), mesh.ListenerCondition("https", "Accepted")));
        Assert.Equal(programmed.StartsWith("True", StringComparison.Ordinal), mesh.Listeners.Any());
    }

    [Fact]
    public void GatewaySecretReferenceGrantSpecific_SecretOfAnotherNamespace_IsTheCredentialOfTheServer()
    {
        var mesh = new GatewayApiMesh(
            Secret("certificate", "web"),
            Grant("{group: gateway.networking.k8s.io, kind: Gateway, namespace: default}", "{group: '', kind: Secret, name: certificate}", "web"),
            Gateway("[{name: https, port: 443, protocol: HTTPS, hostname: secure.example.com, tls: {certificateRefs: [{name: certificate, namespace: web}]}}]"));

        var tls = Server(mesh, "https").Tls;

        Assert.Equal((ServerTLSSettings.Types.TLSmode.Simple, "kubernetes-gateway://web/certificate"), (tls.Mode, tls.CredentialName));
        Assert.Contains(mesh.Converted.Credentials, credential => credential == ("default", "kubernetes-gateway://web/certificate"));
    }

    [Theory]
    [InlineData("AllowValidOnly", ServerTLSSettings.Types.TLSmode.Mutual, null)]
    [InlineData("AllowInsecureFallback", ServerTLSSettings.Types.TLSmode.OptionalMutual, true)]
    public void GatewayFrontendClientCertificateValidation_Roots_AreThoseOfTheConfigMap(string mode, object expected, bool? insecure)
    {
        var roots = Certificate.Replace("kind: Secret", "kind: ConfigMap", StringComparison.Ordinal).Replace("name: certificate", "name: roots", StringComparison.Ordinal)
            .Replace("stringData", "data", StringComparison.Ordinal).Replace("tls.crt", "ca.crt", StringComparison.Ordinal);
        var mesh = new GatewayApiMesh(Certificate, roots, Of("Gateway", "gateway", $$$"""
            gatewayClassName: istio
            tls: {frontend: {default: {validation: {mode: {{{mode}}}, caCertificateRefs: [{group: '', kind: ConfigMap, name: roots}]}}, perPort: [{port: 8443, tls: {}}]}}
            listeners: [{name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: certificate}]}}, {name: free, port: 8443, protocol: HTTPS, tls: {certificateRefs: [{name: certificate}]}}]
            """));

        var tls = Server(mesh, "https").Tls;

        Assert.Equal((expected, "configmap://default/roots", insecure), ((object)tls.Mode, tls.CaCertCredentialName, tls.InsecureSkipVerify));
        Assert.Equal(ServerTLSSettings.Types.TLSmode.Simple, Server(mesh, "free").Tls.Mode);
    }

    [Theory]
    [InlineData("UDP", "UnsupportedProtocol")]
    [InlineData("example.com/mine", "UnsupportedProtocol")]
    public void Judge_ProtocolThatIsNotSpoken_IsNotAccepted(string protocol, string reason)
    {
        var mesh = new GatewayApiMesh(Gateway($"[{{name: one, port: 80, protocol: {protocol}}}, {{name: http, port: 81, protocol: HTTP}}]"));

        Assert.Equal($"False/{reason}", mesh.ListenerCondition("one", "Accepted"));
        Assert.Equal("True/ListenersNotValid", GatewayApiMesh.Condition(mesh.Status("Gateway", "gateway"), "Accepted"));
    }

    [Fact]
    public void GatewayListenerConflict_ProtocolsOfOnePort_CannotBeTogether()
    {
        var mesh = new GatewayApiMesh(
            Certificate, Gateway("[{name: http, port: 80, protocol: HTTP, hostname: a.com}, {name: https, port: 80, protocol: HTTPS, hostname: b.com, tls: {certificateRefs: [{name: certificate}]}}]"));

        Assert.Equal(("True/ProtocolConflict", "False/ProtocolConflict", "False/Invalid"), (mesh.ListenerCondition("http", "Conflicted"), mesh.ListenerCondition("http", "Accepted"), mesh.ListenerCondition("https", "Programmed")));
        Assert.Empty(mesh.Listeners);
        Assert.Equal("False/ListenersNotValid", GatewayApiMesh.Condition(mesh.Status("Gateway", "gateway"), "Accepted"));
    }

    [Theory]
    [InlineData("", "configmap://default/roots", "True/Accepted", "True/ResolvedRefs")]
    [InlineData("nothing", "invalid://", "False/NoValidCACertificate", "False/InvalidCACertificateRef")]
    public void BackendTLSPolicy_Roots_AreThoseOfADestinationRule(string roots, string credential, string accepted, string resolved)
    {
        var map = Certificate.Replace("kind: Secret", "kind: ConfigMap", StringComparison.Ordinal).Replace("name: certificate", "name: roots", StringComparison.Ordinal)
            .Replace("stringData", "data", StringComparison.Ordinal).Replace("tls.crt", "ca.crt", StringComparison.Ordinal);
        var mesh = new GatewayApiMesh(
            Backends,
            map,
            HttpGateway,
            Route($"[{{{To("v1")}}}]"),
            Of("BackendTLSPolicy", "policy", $"targetRefs: [{{group: '', kind: Service, name: v1, sectionName: http}}]\nvalidation: {{hostname: abc.example.com, caCertificateRefs: [{{group: '', kind: ConfigMap, name: {(roots.Length > 0 ? roots : "roots")}}}]}}"));

        var rule = (DestinationRule)mesh.Converted.Resources.Single(resource => resource.Spec is DestinationRule).Spec!;
        var tls = Assert.Single(rule.TrafficPolicy.PortLevelSettings).Tls;
        var ancestors = mesh.Status("BackendTLSPolicy", "policy")["ancestors"]!.AsArray();

        Assert.Equal(("v1.default.svc.cluster.local", "abc.example.com", "abc.example.com", credential), (rule.Host, tls.Sni, tls.SubjectAltNames[0], tls.CredentialName));
        Assert.Equal(["Gateway", "Service"], ancestors.Select(ancestor => (string)ancestor!["ancestorRef"]!["kind"]!));
        Assert.All(ancestors, ancestor => Assert.Equal((accepted, resolved), (GatewayApiMesh.Condition(ancestor!, "Accepted"), GatewayApiMesh.Condition(ancestor!, "ResolvedRefs"))));
    }

    [Fact]
    public void BackendTLSPolicyConflictResolution_OlderPolicy_HasTheService()
    {
        const string Spec = "targetRefs: [{group: '', kind: Service, name: v1}]\nvalidation: {hostname: HOST, wellKnownCACertificates: System}";
        var mesh = new GatewayApiMesh(
            Backends,
            Of("BackendTLSPolicy", "older", Spec.Replace("HOST", "a.example.com", StringComparison.Ordinal)),
            Of("BackendTLSPolicy", "newer", Spec.Replace("HOST", "b.example.com", StringComparison.Ordinal)));

        var rule = (DestinationRule)Assert.Single(mesh.Converted.Resources).Spec!;

        Assert.Equal("a.example.com", rule.TrafficPolicy.Tls.Sni);
        Assert.Equal("BackendTLSPolicy", mesh.Converted.SourceOf(mesh.Converted.Resources[0].Id)!.Value.Kind);
        Assert.Equal("older", mesh.Converted.SourceOf(mesh.Converted.Resources[0].Id)!.Value.Name);
        Assert.Equal("False/Conflicted", GatewayApiMesh.Condition(mesh.Status("BackendTLSPolicy", "newer")["ancestors"]![0]!, "Accepted"));
    }

    private static Mesh.Config.Istio.Networking.Server Server(GatewayApiMesh mesh, string listener) =>
        ((Gateway)mesh.Listeners.Single(resource => resource.Id.Name.EndsWith($"-{listener}", StringComparison.Ordinal)).Spec!).Servers[0];

    private static string Secret(string name, string @namespace)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=secure.example.com", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        static string Block(string pem) => "|\n    " + pem.ReplaceLineEndings("\n    ");
        return $"apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: {@namespace}}}\nstringData:\n  tls.crt: {Block(certificate.ExportCertificatePem())}\n  tls.key: {Block(key.ExportPkcs8PrivateKeyPem())}\n";
    }
}
