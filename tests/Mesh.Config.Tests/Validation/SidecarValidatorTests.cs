using Mesh.Testing;



namespace Mesh.Config.Tests.Validation;

public sealed class SidecarValidatorTests
{
    [Theory]
    [InlineData("{}", "it says nothing")]
    [InlineData("egress: [{hosts: []}]", "spec.egress[0].hosts: at least one host is required")]
    [InlineData("egress: [{hosts: [reviews]}]", "\"reviews\" must be namespace/dnsName")]
    [InlineData("egress: [{hosts: [a/reviews]}]", "\"reviews\" is a short name")]
    [InlineData("egress: [{hosts: ['a b/*']}]", "the namespace \"a b\"")]
    [InlineData("egress: [{hosts: ['*/*foo.com']}]", "must be a host name, *. and a domain, or *")]
    [InlineData("egress: [{hosts: ['*/*']}, {port: {number: 80, protocol: HTTP, name: a}, hosts: ['*/*']}]", "only the last listener may have no port")]
    [InlineData("egress: [{port: {number: 80, protocol: HTTP, name: a}, hosts: ['./*']}, {port: {number: 80, protocol: HTTP, name: b}, hosts: ['./*']}]", "the port 80 is used twice")]
    [InlineData("egress: [{port: {number: 0, protocol: HTTP, name: a}, hosts: ['./*']}]", "bound to a unix socket")]
    [InlineData("egress: [{port: {number: 80, protocol: HTTP, name: a}, bind: 'unix:///a', hosts: ['./*']}]", "must be an IP address")]
    [InlineData("egress: [{bind: 1.2.3.4, hosts: ['./*']}]", "cannot be bound")]
    [InlineData("outboundTrafficPolicy: {mode: REGISTRY_ONLY, egressProxy: {host: a.b, port: {number: 80}}}", "needs the mode ALLOW_ANY")]
    [InlineData("outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: a.b}}", "spec.outboundTrafficPolicy.egressProxy.port: a port is required")]
    [InlineData("outboundTrafficPolicy: {mode: ALLOW_ANY_DYNAMIC_DNS}", "expected one of REGISTRY_ONLY, ALLOW_ANY")]
    [InlineData("ingress: [{defaultEndpoint: '127.0.0.1:80'}]", "spec.ingress[0].port: a port is required")]
    [InlineData("ingress: [{port: {number: 80, protocol: HTTP, name: a}, defaultEndpoint: '10.0.0.1:80'}]", "must be 127.0.0.1:port")]
    [InlineData("ingress: [{port: {number: 80, protocol: HTTP, name: a}, tls: {mode: SIMPLE}}]", "tls is for ports with the protocol HTTPS or TLS")]
    [InlineData("ingress: [{port: {number: 80, protocol: HTTPS, name: a}, tls: {mode: ISTIO_MUTUAL}}]", "is for gateways")]
    [InlineData("ingress: [{port: {number: 443, protocol: HTTPS, name: a}, tls: {mode: SIMPLE}}]", "SIMPLE needs a server certificate")]
    [InlineData("ingress: [{port: {number: 80, protocol: HTTP, name: 'a b'}}]", "the port name \"a b\" must be letters, digits and -")]
    [InlineData("ingress: [{port: {number: 80, protocol: HTTP, name: a, targetPort: 1}}]", "targetPort has no effect on sidecars")]
    [InlineData("egress: [{port: {number: 80, protocol: HTTP, name: a, targetPort: 1}, hosts: ['./*']}]", "targetPort has no effect on sidecars")]
    [InlineData("inboundConnectionPool: {tcp: {maxConnections: -1}}", "must not be negative")]
    [InlineData("workloadSelector: {labels: {a: '*'}}\negress: [{hosts: ['./*']}]", "wildcard is not supported in selector")]
    public void Validate_BrokenRule_IsRejected(string spec, string expected) =>
        Assert.Contains(Manifest.Errors(Of(spec)), error => error.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("egress: [{hosts: ['*/*']}]")]
    [InlineData("egress: [{hosts: ['~/*']}]")]
    [InlineData("egress: [{hosts: ['./*', 'istio-system/*', '*/api.example.com', 'b/*.example.com', '~b/x.example.com']}]")]
    [InlineData("egress: [{port: {number: 80, protocol: HTTP, name: a}, hosts: ['./*']}, {port: {number: 0, protocol: HTTP, name: u}, bind: 'unix:///run/a.sock', hosts: ['./*']}, {hosts: ['*/*']}]")]
    [InlineData("outboundTrafficPolicy: {mode: REGISTRY_ONLY}")]
    [InlineData("outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: proxy.egress.svc.cluster.local, subset: v1, port: {number: 80}}}")]
    [InlineData("ingress: [{port: {number: 80, protocol: HTTP, name: a}, defaultEndpoint: 'unix:///run/a.sock', bind: 10.0.0.1}]")]
    [InlineData("ingress: [{port: {number: 443, protocol: HTTPS, name: a}, tls: {mode: SIMPLE, serverCertificate: a, privateKey: b}, defaultEndpoint: '[::1]:80'}]")]
    public void Validate_Sound_IsAccepted(string spec) => Assert.Empty(Manifest.Errors(Of(spec)));

    [Fact]
    public void Validate_DoubtfulHosts_AreAcceptedWithAWarning() =>
        Assert.Equal(2, Manifest.Warnings(Of("egress: [{hosts: ['*/*', './*', './*']}]")).Length);

    private static string Of(string spec) => Manifest.Of("networking.istio.io/v1", "Sidecar", "default", spec);
}
