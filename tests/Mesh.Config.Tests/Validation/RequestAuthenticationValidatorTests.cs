using Mesh.Config.Istio.Security;
using Mesh.Testing;

namespace Mesh.Config.Tests.Validation;

public sealed class RequestAuthenticationValidatorTests
{
    [Theory]
    [InlineData("{}", "spec.jwtRules[0].issuer: issuer or jwksUri is required")]
    [InlineData("{issuer: a, audiences: ['']}", "spec.jwtRules[0].audiences[0]: must not be empty")]
    [InlineData("{issuer: a, jwksUri: 'file:///etc/passwd'}", "spec.jwtRules[0].jwksUri: expected a URL with scheme http or https")]
    [InlineData("{issuer: a, jwksUri: 'not a url'}", "expected a URL with scheme http or https")]
    [InlineData("{issuer: a, jwks: 'x', jwksUri: 'https://a/b'}", "only one of jwks and jwksUri can be set")]
    [InlineData("{issuer: a, jwks: 'x'}", "spec.jwtRules[0].jwks: not readable as JSON")]
    [InlineData("{issuer: a, jwks: '[]'}", "expected a key set")]
    [InlineData("{issuer: a, jwks: '{}'}", "expected \"kty\" RSA, EC, OKP or oct, found none")]
    [InlineData("{issuer: a, jwks: '{\"keys\": [{\"kty\": \"DSA\"}]}'}", "key 0: expected \"kty\" RSA, EC, OKP or oct, found \"DSA\"")]
    [InlineData("{issuer: a, jwks: '{\"keys\": [{\"kty\": \"RSA\", \"n\": \"AQAB\"}]}'}", "key 0: \"e\" of a key of type RSA")]
    [InlineData("{issuer: a, jwks: '{\"keys\": [{\"kty\": \"EC\", \"crv\": \"P-256\", \"x\": \"!\", \"y\": \"AQAB\"}]}'}", "key 0: \"x\" of a key of type EC")]
    [InlineData("{issuer: a, fromHeaders: [{prefix: 'Bearer '}]}", "spec.jwtRules[0].fromHeaders[0].name: the name of the header is required")]
    [InlineData("{issuer: a, fromParams: ['']}", "spec.jwtRules[0].fromParams[0]: must not be empty")]
    [InlineData("{issuer: a, fromCookies: ['']}", "spec.jwtRules[0].fromCookies[0]: must not be empty")]
    [InlineData("{issuer: a, outputClaimToHeaders: [{claim: sub}]}", "spec.jwtRules[0].outputClaimToHeaders[0].header: expected the name of a header")]
    [InlineData("{issuer: a, outputClaimToHeaders: [{claim: sub, header: 'x y'}]}", "found \"x y\"")]
    [InlineData("{issuer: a, outputClaimToHeaders: [{header: x}]}", "the name of the claim is required")]
    [InlineData("{issuer: a, timeout: 0s}", "spec.jwtRules[0].timeout: the duration must be at least 1ms")]
    [InlineData("{issuer: a, spaceDelimitedClaims: ['']}", "spec.jwtRules[0].spaceDelimitedClaims[0]: must not be empty")]
    public void Validate_BrokenRule_IsRejected(string rule, string expected) =>
        Assert.Contains(Manifest.Errors(Of($"jwtRules: [{rule}]")), error => error.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("selector: {matchLabels: {a: b}}\ntargetRefs: [{kind: Service, name: a}]", "only one of selector, targetRef and targetRefs can be set")]
    [InlineData("targetRef: {kind: Service}", "spec.targetRef.name: a name of 1 to 253 characters is required")]
    [InlineData("targetRefs: [{kind: Service, name: a, namespace: b}]", "spec.targetRefs[0].namespace: must be empty")]
    [InlineData("targetRefs: [{kind: Pod, name: a}]", "spec.targetRefs[0].kind: expected Service, ServiceEntry")]
    [InlineData("targetRefs: [{kind: Gateway, name: a, group: networking.istio.io}]", "found kind \"Gateway\" of group \"networking.istio.io\"")]
    public void Validate_BrokenTarget_IsRejected(string spec, string expected) =>
        Assert.Contains(Manifest.Errors(Of(spec)), error => error.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void S46_TooMany_IsRejected()
    {
        var targets = string.Join(", ", Enumerable.Range(0, 17).Select(number => $"{{kind: Service, name: a{number}}}"));
        var claims = string.Join(", ", Enumerable.Range(0, 65).Select(number => $"c{number}"));
        var rules = string.Join(", ", Enumerable.Range(0, 4_097).Select(_ => "{issuer: a}"));

        Assert.Contains(Manifest.Errors(Of($"targetRefs: [{targets}]")), error => error.Contains("at most 16 targets, found 17", StringComparison.Ordinal));
        Assert.Contains(Manifest.Errors(Of($"jwtRules: [{{issuer: a, spaceDelimitedClaims: [{claims}]}}]")), error => error.Contains("at most 64 claims", StringComparison.Ordinal));
        Assert.Contains(Manifest.Errors(Of($"jwtRules: [{{issuer: a, jwksUri: 'https://a/{new string('a', 2_048)}'}}]")), error => error.Contains("at most 2048 characters", StringComparison.Ordinal));
        Assert.Contains(Manifest.Errors(Of($"jwtRules: [{rules}]")), error => error.Contains("at most 4096 rules, found 4097", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_EveryField_IsAccepted()
    {
        var rule = Assert.Single(Manifest.Spec<RequestAuthentication>(Of("""
            targetRefs: [{kind: Service, group: core, name: a}, {kind: ServiceEntry, group: networking.istio.io, name: b}]
            jwtRules:
            - issuer: https://issuer.example.com
              audiences: [a, b]
              jwks_uri: https://issuer.example.com/keys
              fromHeaders: [{name: x-token, prefix: 'Token '}]
              fromParams: [token]
              fromCookies: [token]
              forwardOriginalToken: true
              outputPayloadToHeader: x-payload
              outputClaimToHeaders: [{claim: a.b, header: x_claim-1}]
              timeout: 1.5s
              spaceDelimitedClaims: [roles]
            """)).JwtRules);

        Assert.Equal("https://issuer.example.com/keys", rule.JwksUri);
        Assert.Equal(500_000_000, rule.Timeout.Nanos);
    }

    [Theory]
    [InlineData("{\"kty\": \"oct\", \"k\": \"AQAB\"}")]
    [InlineData("{\"keys\": [{\"kty\": \"RSA\", \"n\": \"AQAB\", \"e\": \"AQAB\", \"d\": \"AQAB\"}]}")]
    public void Validate_KeyWithASecret_IsAcceptedWithAWarning(string jwks)
    {
        var yaml = Of($"jwtRules: [{{issuer: a, jwks: '{jwks}'}}]");

        Assert.Empty(Manifest.Errors(yaml));
        Assert.Contains(Manifest.Warnings(yaml), warning => warning.Contains("holds a secret", StringComparison.Ordinal));
    }

    private static string Of(string spec) => Manifest.Of("security.istio.io/v1", "RequestAuthentication", "a", spec);
}
