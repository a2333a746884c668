using Mesh.Testing;



namespace Mesh.Config.Tests.Validation;

public sealed class PeerAuthenticationValidatorTests
{
    [Theory]
    [InlineData("peerauth-valid.yaml")]
    [InlineData("peerauth-invalid.yaml")]
    public void Validate_IstiosOwnCases_AgreesWithIstio(string file) => IstioCrdCases.AssertAgreement(file);

    [Theory]
    [InlineData("portLevelMtls: {80: {mode: STRICT}}", "spec.portLevelMtls: portLevelMtls requires a selector")]
    [InlineData("selector: {}\nportLevelMtls: {80: {mode: STRICT}}", "portLevelMtls requires a selector")]
    [InlineData("selector: {matchLabels: {a: b}}\nportLevelMtls: {}", "at least one port")]
    [InlineData("selector: {matchLabels: {a: b}}\nportLevelMtls: {70000: {mode: STRICT}}", "spec.portLevelMtls[70000]: port must be between 1 and 65535")]
    [InlineData("selector: {matchLabels: {a: '*'}}", "wildcard is not supported in selector")]
    [InlineData("selector: {matchLabels: {'': b}}", "the key must not be empty")]
    [InlineData("mtls: {mode: STRICTLY}", "expected one of UNSET, DISABLE, PERMISSIVE, STRICT")]
    [InlineData("mtls: STRICT", "expected a mapping")]
    [InlineData("targetRefs: [{kind: Service, name: a}]", "unknown field \"targetRefs\"")]
    public void Validate_BrokenRule_IsRejected(string spec, string expected) =>
        Assert.Contains(Manifest.Errors(Of(spec)), error => error.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("{}")]
    [InlineData("mtls: {}")]
    [InlineData("mtls: {mode: UNSET}")]
    [InlineData("selector: {matchLabels: {a: b}}\nportLevelMtls: {80: {}}")]
    public void Validate_Sound_IsAccepted(string spec) => Assert.Empty(Manifest.Errors(Of(spec)));

    [Theory]
    [InlineData("security.istio.io/v1")]
    [InlineData("security.istio.io/v1beta1")]
    public void Validate_EveryServedVersion_IsAccepted(string version) =>
        Assert.Empty(Manifest.Errors(Manifest.Of(version, "PeerAuthentication", "a", "mtls: {mode: STRICT}")));

    private static string Of(string spec) => Manifest.Of("security.istio.io/v1", "PeerAuthentication", "default", spec);
}
