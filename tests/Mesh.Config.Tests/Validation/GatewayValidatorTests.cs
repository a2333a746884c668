using Mesh.Testing;

namespace Mesh.Config.Tests.Validation;

public sealed class GatewayValidatorTests
{
    [Theory]
    [InlineData("{}", "spec.servers: at least one server is required")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP, name: a}}]", "spec.servers[0].hosts: at least one host is required")]
    [InlineData("servers: [{hosts: ['*']}]", "spec.servers[0].port: a port is required")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP, name: a}, hosts: [reviews]}]", "\"reviews\" is a short name")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP, name: a}, hosts: ['*foo.com']}]", "partial wildcard")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP, name: a}, hosts: ['a b/foo.com']}]", "the namespace \"a b\"")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP, name: a}, hosts: ['foo..com']}]", "\"foo..com\" must be a host name")]
    [InlineData("servers: [{port: {number: 0, protocol: HTTP, name: a}, hosts: ['*']}]", "spec.servers[0].port.number: port must be between 1 and 65535")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP, name: a}, bind: 'unix:///a', hosts: ['*']}]", "a unix socket has the port number 0")]
    [InlineData("servers: [{port: {number: 0, protocol: HTTP, name: a}, bind: 'unix://a', hosts: ['*']}]", "must name an absolute path")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP, name: a}, bind: host, hosts: ['*']}]", "\"host\" must be an IP address or unix://")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP}, hosts: ['*']}]", "spec.servers[0].port.name: a name is required")]
    [InlineData("servers: [{port: {number: 80, name: a}, hosts: ['*']}]", "spec.servers[0].port.protocol: a protocol is required")]
    [InlineData("servers: [{port: {number: 80, protocol: SMTP, name: a}, hosts: ['*']}]", "unknown protocol \"SMTP\"")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP, name: a, targetPort: 8080}, hosts: ['*']}]", "targetPort has no effect on gateways")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP, name: a}, hosts: ['*']}, {port: {number: 81, protocol: HTTP, name: a}, hosts: ['*']}]", "the port name \"a\" is used twice")]
    [InlineData("servers: [{port: {number: 443, protocol: HTTPS, name: a}, hosts: ['*']}]", "tls is required for the protocol HTTPS")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP, name: a}, hosts: ['*'], tls: {mode: SIMPLE, credentialName: a}}]", "a plain HTTP port has no certificates")]
    [InlineData("servers: [{port: {number: 80, protocol: TCP, name: a}, hosts: ['*'], tls: {}}]", "tls is for the protocols HTTPS and TLS")]
    public void Validate_BrokenServer_IsRejected(string spec, string expected) => AssertRejected(spec, expected);

    [Theory]
    [InlineData("mode: SIMPLE", "spec.servers[0].tls.serverCertificate: SIMPLE needs a server certificate")]
    [InlineData("mode: SIMPLE, serverCertificate: a", "spec.servers[0].tls.privateKey: SIMPLE needs a private key")]
    [InlineData("mode: MUTUAL, serverCertificate: a, privateKey: b", "MUTUAL needs the roots of the clients")]
    [InlineData("mode: OPTIONAL_MUTUAL, serverCertificate: a, privateKey: b", "OPTIONAL_MUTUAL needs the roots of the clients")]
    [InlineData("mode: SIMPLE, serverCertificate: a, privateKey: b, credentialName: c", "certificates have one source")]
    [InlineData("mode: SIMPLE, credentialName: c, credentialNames: [a]", "certificates have one source")]
    [InlineData("mode: SIMPLE, credentialNames: [a, b, c]", "at most 2 secrets")]
    [InlineData("mode: SIMPLE, tlsCertificates: [{serverCertificate: a}]", "spec.servers[0].tls.tlsCertificates[0].privateKey: the private key is required")]
    [InlineData("mode: SIMPLE, serverCertificate: a, privateKey: b, caCrl: c", "SIMPLE verifies no clients")]
    [InlineData("mode: MUTUAL, credentialName: a, caCrl: c", "the revocation list comes with the credential")]
    [InlineData("mode: ISTIO_MUTUAL, serverCertificate: a", "ISTIO_MUTUAL takes the certificates of the mesh")]
    [InlineData("mode: ISTIO_MUTUAL, credentialName: a", "ISTIO_MUTUAL takes the certificates of the mesh")]
    public void Validate_BrokenTls_IsRejected(string tls, string expected) =>
        AssertRejected($"servers: [{{port: {{number: 443, protocol: HTTPS, name: a}}, hosts: ['*'], tls: {{{tls}}}}}]", expected);

    [Theory]
    [InlineData("selector: {istio: ingressgateway}\nservers: [{port: {number: 80, protocol: HTTP, name: a}, hosts: ['*', './*.example.com', 'prod/a.example.com', 1.2.3.4]}]")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP, name: a}, hosts: ['*'], tls: {httpsRedirect: true}}]")]
    [InlineData("servers: [{port: {number: 0, protocol: HTTP, name: a}, bind: 'unix://@a', hosts: ['*']}]")]
    [InlineData("servers: [{port: {number: 443, protocol: HTTPS, name: a}, hosts: ['*'], tls: {mode: SIMPLE, credentialName: a}}]")]
    [InlineData("servers: [{port: {number: 443, protocol: HTTPS, name: a}, hosts: ['*'], tls: {mode: MUTUAL, serverCertificate: a, privateKey: b, caCertificates: c, caCrl: d}}]")]
    [InlineData("servers: [{port: {number: 443, protocol: HTTPS, name: a}, hosts: ['*'], tls: {mode: SIMPLE, tlsCertificates: [{serverCertificate: a, privateKey: b}, {serverCertificate: c, privateKey: d}]}}]")]
    [InlineData("servers: [{port: {number: 443, protocol: TLS, name: a}, hosts: ['*'], tls: {mode: PASSTHROUGH}}]")]
    [InlineData("servers: [{port: {number: 15443, protocol: TLS, name: a}, hosts: ['*.local'], tls: {mode: AUTO_PASSTHROUGH}}]")]
    [InlineData("servers: [{port: {number: 443, protocol: HTTPS, name: a}, hosts: ['*'], tls: {mode: ISTIO_MUTUAL}}]")]
    public void Validate_Sound_IsAccepted(string spec) => Assert.Empty(Manifest.Errors(Of(spec)));

    [Theory]
    [InlineData("mode: SIMPLE, credentialName: a, cipherSuites: [AES128-SHA, AES128-SHA, ROT13]", 2)]
    [InlineData("mode: SIMPLE, credentialName: a, minProtocolVersion: TLSV1_1", 1)]
    [InlineData("mode: PASSTHROUGH, credentialName: a", 1)]
    [InlineData("mode: SIMPLE, credentialName: a, httpsRedirect: true", 1)]
    public void Validate_DoubtfulTls_IsAcceptedWithWarnings(string tls, int expected)
    {
        var yaml = Of($"servers: [{{port: {{number: 443, protocol: HTTPS, name: a}}, hosts: ['*'], tls: {{{tls}}}}}]");

        Assert.Empty(Manifest.Errors(yaml));
        Assert.Equal(expected, Manifest.Warnings(yaml).Count(warning => !warning.Contains("no effect in this version", StringComparison.Ordinal)));
    }

    [Fact]
    public void Validate_NameWithDots_IsRejected() =>
        Assert.Contains(Manifest.Errors(Manifest.Of("networking.istio.io/v1", "Gateway", "a.b", "servers: [{port: {number: 80, protocol: HTTP, name: a}, hosts: ['*']}]")), error => error.Contains("metadata.name", StringComparison.Ordinal));

    private static void AssertRejected(string spec, string expected) =>
        Assert.Contains(Manifest.Errors(Of(spec)), error => error.Contains(expected, StringComparison.Ordinal));

    private static string Of(string spec) => Manifest.Of("networking.istio.io/v1", "Gateway", "a", spec);
}
