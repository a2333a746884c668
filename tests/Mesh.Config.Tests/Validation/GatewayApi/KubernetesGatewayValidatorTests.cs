using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Testing;

namespace Mesh.Config.Tests.Validation.GatewayApi;

public sealed class KubernetesGatewayValidatorTests
{
    [Theory]
    [InlineData("listeners: [{name: a, port: 80, protocol: HTTP}]", "spec.gatewayClassName: a name of 1 to 253 characters is required")]
    [InlineData("gatewayClassName: a", "spec.listeners: expected 1 to 64 entries, found 0")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: A, port: 80, protocol: HTTP}]", "spec.listeners[0].name")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, protocol: HTTP}]", "spec.listeners[0].port: port must be between 1 and 65535")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80}]", "spec.listeners[0].protocol: a protocol is required")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: 'a.b'}]", "\"a.b\" must be HTTP, HTTPS, TLS, TCP, UDP or domain/name")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: HTTP, hostname: 'a b'}]", "must be a host name in lower case")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: HTTP}, {name: a, port: 81, protocol: HTTP}]", "listener name \"a\" must be unique within the Gateway")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTP}]", "combination of port, protocol and hostname must be unique")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: HTTP, tls: {certificateRefs: [{name: b}]}}]", "tls must not be specified for protocols")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: tcp, tls: {mode: Passthrough}}]", "tls must not be specified for protocols")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: UDP, hostname: a.com}]", "hostname must not be specified for protocols")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 443, protocol: HTTPS, tls: {mode: Passthrough}}]", "tls mode must be Terminate for protocol HTTPS")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 443, protocol: TLS}]", "tls mode must be set for protocol TLS")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 443, protocol: HTTPS, tls: {}}]", "certificateRefs or options must be specified when mode is Terminate")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 443, protocol: HTTPS, tls: {certificateRefs: [{}]}}]", "certificateRefs[0].name")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Other}}}]", "\"Other\" is not one of All, Selector, Same, None")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Selector, selector: {matchExpressions: [{key: a, operator: In}]}}}}]", "In needs values")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: HTTP, allowedRoutes: {kinds: [{}]}}]", "kinds[0].kind: a kind is required")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: HTTP}]\naddresses: [{value: a.com}]", "\"a.com\" must be an IP address")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: HTTP}]\naddresses: [{value: 1.2.3.4}, {value: 1.2.3.4}]", "IPAddress values must be unique")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: HTTP}]\naddresses: [{type: Nick, value: a}]", "\"Nick\" is not one of IPAddress")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: HTTP}]\ntls: {frontend: {}}", "spec.tls.frontend.default: it is required")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: HTTP}]\ntls: {frontend: {default: {validation: {}}}}", "caCertificateRefs: expected 1 to 8 entries")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: HTTP}]\ntls: {frontend: {default: {}, perPort: [{port: 1, tls: {}}, {port: 1, tls: {}}]}}", "must be unique within the Gateway")]
    [InlineData("gatewayClassName: a\nlisteners: [{name: a, port: 80, protocol: HTTP}]\ninfrastructure: {labels: {'a b': c}}", "the key \"a b\"")]
    public void Validate_BrokenRule_IsRejected(string spec, string expected) =>
        Assert.Contains(Manifest.Errors(Of(spec)), error => error.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("listeners: [{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTP, hostname: a.com}, {name: c, port: 53, protocol: UDP}]")]
    [InlineData("listeners: [{name: a, port: 443, protocol: HTTPS, hostname: '*.a.com', tls: {certificateRefs: [{name: b, namespace: c}]}}]")]
    [InlineData("listeners: [{name: a, port: 443, protocol: TLS, tls: {mode: Passthrough}}, {name: b, port: 1, protocol: example.com/quic}]")]
    [InlineData("listeners: [{name: a, port: 80, protocol: HTTP}]\naddresses: [{type: Hostname, value: a.com}, {value: 10.0.0.1}, {}]\ninfrastructure: {labels: {a: b}, annotations: {c.d/e: f}}\nallowedListeners: {namespaces: {from: Same}}")]
    public void Validate_Sound_IsAccepted(string spec) => Assert.Empty(Manifest.Errors(Of($"gatewayClassName: istio\n{spec}")));

    [Fact]
    public void Decode_WhatIsLeftOut_HasTheDefaultsOfTheCrd()
    {
        var gateway = Manifest.Spec<GatewaySpec>(Of("gatewayClassName: a\nlisteners: [{name: a, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: b}]}}]\naddresses: [{value: 1.2.3.4}]\nallowedListeners: {}"));

        Assert.Equal("Same", gateway.Listeners[0].AllowedRoutes.Namespaces.From);
        Assert.Equal(("Terminate", "Secret"), (gateway.Listeners[0].Tls.Mode, gateway.Listeners[0].Tls.CertificateRefs[0].Kind));
        Assert.Equal(("IPAddress", "None"), (gateway.Addresses[0].Type, gateway.AllowedListeners.Namespaces.From));
    }

    private static string Of(string spec) => Manifest.Of("gateway.networking.k8s.io/v1", "Gateway", "a", spec);
}
