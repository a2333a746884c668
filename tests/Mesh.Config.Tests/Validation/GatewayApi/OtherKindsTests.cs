using Mesh.Testing;

namespace Mesh.Config.Tests.Validation.GatewayApi;

public sealed class OtherKindsTests
{
    private const string Validation = "validation: {hostname: a.com, wellKnownCACertificates: System}";

    [Theory]
    [InlineData("v1", "GatewayClass", "{}", "spec.controllerName: a controller is required")]
    [InlineData("v1", "GatewayClass", "controllerName: example.com", "must be a domain and a path")]
    [InlineData("v1", "GatewayClass", "controllerName: a.b/c\nparametersRef: {kind: A, name: a}", "spec.parametersRef.group: a group is required")]
    [InlineData("v1", "GRPCRoute", "rules: [{matches: [{method: {}}]}]", "one or both of 'service' or 'method' must be specified")]
    [InlineData("v1", "GRPCRoute", "rules: [{matches: [{method: {service: 'a/b'}}]}]", "is not the full name of a service")]
    [InlineData("v1", "GRPCRoute", "rules: [{matches: [{method: {method: '1a'}}]}]", "\"1a\" is not the name of a method")]
    [InlineData("v1", "GRPCRoute", "rules: [{filters: [{type: URLRewrite}]}]", "\"URLRewrite\" is not one of")]
    [InlineData("v1", "GRPCRoute", "rules: [{filters: [{type: URLRewrite, urlRewrite: {}}]}]", "unknown field \"urlRewrite\"")]
    [InlineData("v1", "GRPCRoute", "rules: [{backendRefs: [{name: a}]}]", "must have port for Service reference")]
    [InlineData("v1", "TCPRoute", "{}", "spec.rules: expected 1 to 16 entries, found 0")]
    [InlineData("v1alpha2", "TCPRoute", "rules: [{}]", "spec.rules[0].backendRefs: expected 1 to 16 entries, found 0")]
    [InlineData("v1alpha2", "UDPRoute", "rules: [{backendRefs: [{name: a}]}]", "must have port for Service reference")]
    [InlineData("v1", "TLSRoute", "rules: [{backendRefs: [{name: a, port: 1}]}]", "spec.hostnames: expected 1 to 1024 entries, found 0")]
    [InlineData("v1", "TLSRoute", "hostnames: [1.2.3.4]\nrules: [{backendRefs: [{name: a, port: 1}]}]", "clients send no SNI for addresses")]
    [InlineData("v1", "TLSRoute", "hostnames: [a.com]\nrules: [{backendRefs: [{name: a, port: 1}]}, {backendRefs: [{name: a, port: 1}]}]", "spec.rules: expected 1 to 1 entries, found 2")]
    [InlineData("v1beta1", "ReferenceGrant", "to: [{group: '', kind: Service}]", "spec.from: expected 1 to 16 entries, found 0")]
    [InlineData("v1beta1", "ReferenceGrant", "from: [{group: a.b, kind: HTTPRoute}]\nto: [{group: '', kind: Service}]", "spec.from[0].namespace: a namespace is required")]
    [InlineData("v1beta1", "ReferenceGrant", "from: [{group: a.b, kind: HTTPRoute, namespace: a}]\nto: [{kind: Service}]", "spec.to[0].group: a group is required")]
    [InlineData("v1", "BackendTLSPolicy", Validation, "spec.targetRefs: expected 1 to 16 entries, found 0")]
    [InlineData("v1", "BackendTLSPolicy", "targetRefs: [{group: '', kind: Service, name: a}]", "spec.validation: it is required")]
    [InlineData("v1", "BackendTLSPolicy", "targetRefs: [{group: '', kind: Service, name: a}]\nvalidation: {hostname: a.com}", "must specify either caCertificateRefs or wellKnownCACertificates")]
    [InlineData("v1", "BackendTLSPolicy", "targetRefs: [{group: '', kind: Service, name: a}]\nvalidation: {hostname: a.com, wellKnownCACertificates: System, caCertificateRefs: [{group: '', kind: ConfigMap, name: b}]}", "must not contain both")]
    [InlineData("v1", "BackendTLSPolicy", "targetRefs: [{group: '', kind: Service, name: a}]\nvalidation: {wellKnownCACertificates: System}", "spec.validation.hostname")]
    [InlineData("v1", "BackendTLSPolicy", "targetRefs: [{group: '', kind: Service, name: a}, {group: '', kind: Service, name: a}]\n" + Validation, "sectionName must be unique when targetRefs includes")]
    [InlineData("v1", "BackendTLSPolicy", "targetRefs: [{group: '', kind: Service, name: a}]\nvalidation: {hostname: a.com, wellKnownCACertificates: System, subjectAltNames: [{type: URI, hostname: a.com}]}", "a host name goes with type Hostname")]
    [InlineData("v1", "BackendTLSPolicy", "targetRefs: [{group: '', kind: Service, name: a}]\nvalidation: {hostname: a.com, wellKnownCACertificates: System, subjectAltNames: [{type: URI, uri: 'not a uri'}]}", "must be an absolute URI")]
    public void Validate_BrokenRule_IsRejected(string version, string kind, string spec, string expected) =>
        Assert.Contains(Manifest.Errors(Of(version, kind, spec)), error => error.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("v1", "GatewayClass", "controllerName: istio.io/gateway-controller\ndescription: for tests")]
    [InlineData("v1", "GRPCRoute", "hostnames: [a.com]\nrules: [{matches: [{method: {service: a.b.C, method: Get}}, {method: {type: RegularExpression, service: 'a.*'}}], backendRefs: [{name: a, port: 80}]}]")]
    [InlineData("v1", "TCPRoute", "parentRefs: [{name: a}]\nrules: [{backendRefs: [{name: a, port: 80}]}]")]
    [InlineData("v1alpha2", "UDPRoute", "rules: [{name: dns, backendRefs: [{name: a, port: 53}]}]")]
    [InlineData("v1alpha3", "TLSRoute", "rules: [{backendRefs: [{name: a, port: 1}]}, {backendRefs: [{name: b, port: 1}]}]")]
    [InlineData("v1", "TLSRoute", "hostnames: ['*.a.com']\nrules: [{backendRefs: [{name: a, port: 1}]}]")]
    [InlineData("v1beta1", "ReferenceGrant", "from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: a}]\nto: [{group: '', kind: Service, name: b}]")]
    [InlineData("v1alpha3", "BackendTLSPolicy", "targetRefs: [{group: '', kind: Service, name: a, sectionName: b}, {group: '', kind: Service, name: a, sectionName: c}]\nvalidation: {hostname: a.com, caCertificateRefs: [{group: '', kind: ConfigMap, name: d}], subjectAltNames: [{type: URI, uri: 'spiffe://a/b'}, {type: Hostname, hostname: b.com}]}")]
    public void Validate_Sound_IsAccepted(string version, string kind, string spec) => Assert.Empty(Manifest.Errors(Of(version, kind, spec)));

    [Theory]
    [InlineData("v1alpha2", "HTTPRoute")]
    [InlineData("v1beta1", "GRPCRoute")]
    [InlineData("v1", "UDPRoute")]
    public void Decode_VersionThatIsNotServed_SaysWhichAre(string version, string kind) =>
        Assert.Contains(Manifest.Errors(Of(version, kind, "{}")), error => error.Contains($"{kind} has no version \"{version}\"", StringComparison.Ordinal));

    private static string Of(string version, string kind, string spec) => Manifest.Of($"gateway.networking.k8s.io/{version}", kind, "a", spec);
}
