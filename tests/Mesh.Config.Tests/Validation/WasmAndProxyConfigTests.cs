using Mesh.Testing;

namespace Mesh.Config.Tests.Validation;

public sealed class WasmAndProxyConfigTests
{
    private const string Hash = "1ef0c9a92b0420cf25f7fe5d481b231464bc88f486ca3b9c83ed5cc21d2f6210";

    [Theory]
    [InlineData("url: ''", "spec.url: a url is required")]
    [InlineData("url:", "spec.url: a url is required")]
    [InlineData("url: '#%zz'", "must be a URL")]
    [InlineData("url: 'ftp://example.com'", "must be a URL with one of the schemes")]
    [InlineData("url: 'localhost:5000/a'", "must be a URL with one of the schemes")]
    [InlineData("url: a\nsha256: abc", "expected 64 digits")]
    [InlineData("url: a\nimagePullSecret: ''", "spec.imagePullSecret")]
    [InlineData("url: a\npluginName: ''", "spec.pluginName")]
    [InlineData("url: a\nvmConfig: {env: [{name: ''}]}", "spec.vmConfig.env[0].name")]
    [InlineData("url: a\nvmConfig: {env: [{name: a}, {name: a}]}", "the variable \"a\" is set twice")]
    [InlineData("url: a\nvmConfig: {env: [{name: a, valueFrom: HOST, value: b}]}", "value may only be set when valueFrom is INLINE")]
    [InlineData("url: a\nmatch: [{ports: [{}]}]", "spec.match[0].ports[0].number")]
    [InlineData("url: a\nmatch: [{ports: [{number: 1}, {number: 1}]}]", "the port 1 is there twice")]
    [InlineData("url: a\nselector: {matchLabels: {'a*': b}}", "wildcard is not supported in selector")]
    [InlineData("url: a\nselector: {matchLabels: {a: b}}\ntargetRef: {kind: Service, name: a}", "only one of selector, targetRef and targetRefs")]
    [InlineData("url: a\nphase: LATE", "expected one of UNSPECIFIED_PHASE, AUTHN, AUTHZ, STATS")]
    public void Validate_BrokenWasmPlugin_IsRejected(string spec, string expected) => AssertRejected("extensions.istio.io/v1alpha1", "WasmPlugin", spec, expected);

    [Theory]
    [InlineData("url: file:///opt/filters/a.wasm\nsha256: " + Hash + "\nphase: AUTHN\npluginConfig: {server: a, list: [1, {b: c}], none: ~}\nselector: {matchLabels: {istio: ingressgateway}}")]
    [InlineData("url: test")]
    [InlineData("url: docker.io/a/b:v1\nimagePullPolicy: IfNotPresent\nfailStrategy: FAIL_OPEN\npriority: -1\ntype: NETWORK")]
    [InlineData("url: http://test\nvmConfig: {env: [{name: a, valueFrom: HOST}, {name: b, valueFrom: INLINE, value: c}, {name: d, value: e}]}\nmatch: [{mode: CLIENT, ports: [{number: 80}]}]")]
    public void Validate_SoundWasmPlugin_IsAccepted(string spec) =>
        Assert.Empty(Manifest.Errors(Manifest.Of("extensions.istio.io/v1alpha1", "WasmPlugin", "a", spec)));

    [Fact]
    public void Decode_WasmPluginWithoutSpec_IsRejected() =>
        Assert.Contains(Manifest.Errors("apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: a}\nspec:"), error => error.Contains("spec is required", StringComparison.Ordinal));

    [Theory]
    [InlineData("{}", "exactly one of wasm and lua must be set")]
    [InlineData("lua: {}", "spec.lua.inlineCode")]
    [InlineData("wasm: {}", "spec.wasm.url: a url is required")]
    [InlineData("wasm: {url: a}\nlua: {inlineCode: a}", "only one of \"wasm\" and \"lua\" can be set")]
    [InlineData("lua: {inlineCode: a}\nselector: {}\ntargetRefs: [{kind: Service, name: a}]", "only one of selector")]
    public void Validate_BrokenTrafficExtension_IsRejected(string spec, string expected) =>
        AssertRejected("extensions.istio.io/v1alpha1", "TrafficExtension", spec, expected);

    [Fact]
    public void Validate_SoundTrafficExtension_IsAccepted() => Assert.Empty(Manifest.Errors(Manifest.Of(
        "extensions.istio.io/v1alpha1", "TrafficExtension", "a", "phase: EXECUTION_PHASE_STATS\nlua: {inlineCode: 'function envoy_on_request(h) end'}")));

    [Theory]
    [InlineData("concurrency: -1", "spec.concurrency: must not be negative")]
    [InlineData("selector: {matchLabels: {'': b}}", "the key must not be empty")]
    [InlineData("concurrency: many", "expected a whole number")]
    public void Validate_BrokenProxyConfig_IsRejected(string spec, string expected) => AssertRejected("networking.istio.io/v1beta1", "ProxyConfig", spec, expected);

    [Theory]
    [InlineData("concurrency: 0\nselector: {matchLabels: {a: b}}\nimage: {imageType: distroless}\nenvironmentVariables: {A: b}")]
    [InlineData("selector: {matchLabels: {}}")]
    public void Validate_SoundProxyConfig_IsAccepted(string spec) =>
        Assert.Empty(Manifest.Errors(Manifest.Of("networking.istio.io/v1beta1", "ProxyConfig", "a", spec)));

    private static void AssertRejected(string apiVersion, string kind, string spec, string expected) =>
        Assert.Contains(Manifest.Errors(Manifest.Of(apiVersion, kind, "a", spec)), error => error.Contains(expected, StringComparison.Ordinal));
}
