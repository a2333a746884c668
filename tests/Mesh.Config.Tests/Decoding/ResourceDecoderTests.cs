using Mesh.Testing;



namespace Mesh.Config.Tests.Decoding;

public sealed class ResourceDecoderTests
{
    [Fact]
    public void Decode_Metadata_IsKeptWithItsOrigin()
    {
        var resource = Assert.Single(Manifest.ReadValid("""
            # a comment first
            apiVersion: networking.istio.io/v1beta1
            kind: VirtualService
            metadata:
              name: reviews
              namespace: shop
              labels: {app: reviews}
              annotations: {note: hello}
              creationTimestamp: "2026-01-31T12:00:00Z"
              managedFields: [{manager: kubectl}]
              uid: 1234
            spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews}}]}]}
            status: {conditions: []}
            """));

        Assert.Equal(new ResourceId("networking.istio.io", "VirtualService", "shop", "reviews"), resource.Id);
        Assert.Equal("v1beta1", resource.ApiVersion);
        Assert.Equal("reviews", resource.Labels["app"]);
        Assert.Equal("hello", resource.Annotations["note"]);
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), resource.CreationTimestamp);
        Assert.Equal("test.yaml:2", resource.Origin!.ToString());
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v1beta1")]
    [InlineData("v1alpha3")]
    public void Decode_EveryServedVersion_IsTheSameResource(string version)
    {
        var yaml = Manifest.Route("a").Replace("/v1\n", $"/{version}\n", StringComparison.Ordinal);

        Assert.Equal(new ResourceId("networking.istio.io", "VirtualService", "default", "a"), Assert.Single(Manifest.ReadValid(yaml)).Id);
    }

    [Theory]
    [InlineData("apiVersion: networking.istio.io/v2\nkind: VirtualService\nmetadata: {name: a}\nspec: {}", "VirtualService has no version \"v2\"; use one of: networking.istio.io/v1, networking.istio.io/v1beta1, networking.istio.io/v1alpha3")]
    [InlineData("apiVersion: networking.istio.io/v1\nkind: VirtualServce\nmetadata: {name: a}", "networking.istio.io has no kind \"VirtualServce\"; did you mean \"VirtualService\"?")]
    [InlineData("kind: VirtualService\nmetadata: {name: a}", "apiVersion is required")]
    [InlineData("apiVersion: v1\nmetadata: {name: a}", "kind is required")]
    [InlineData("apiVersion: networking.istio.io/v1\nkind: VirtualService\nspec: {}", "metadata is required")]
    [InlineData("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}", "spec is required")]
    [InlineData("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\nspecs: {}", "unknown field \"specs\" in VirtualService; did you mean \"spec\"?")]
    [InlineData("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {nmae: a}\nspec: {}", "unknown field \"nmae\" in metadata; did you mean \"name\"?")]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata: {name: a, labels: {version: 1}}", "metadata.labels[version]: expected a string, found the number 1; put it in quotes: \"1\"")]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata: {name: a, name: b}", "\"name\" is set twice")]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata: {name: a, creationTimestamp: soon}", "expected a time")]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nmetadata: {name: b}", "\"metadata\" is set twice")]
    [InlineData("- a", "expected a resource with apiVersion, kind and metadata, found a list")]
    [InlineData("hello", "expected a resource with apiVersion, kind and metadata, found the string \"hello\"")]
    public void Decode_BadEnvelope_SaysWhatToDo(string yaml, string expected) =>
        Assert.Contains(Manifest.Errors(yaml), error => error.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("networking.istio.io/v1beta1", "ProxyConfig", "concurrency: 2")]
    [InlineData("extensions.istio.io/v1alpha1", "WasmPlugin", "url: oci://example.com/plugin:v1")]
    [InlineData("gateway.networking.k8s.io/v1alpha2", "UDPRoute", "rules: [{backendRefs: [{name: a, port: 80}]}]")]
    public void Decode_KindWithoutEffect_IsDecodedWithOneWarning(string apiVersion, string kind, string spec)
    {
        var yaml = Manifest.Of(apiVersion, kind, "a", spec);

        Assert.NotNull(Assert.Single(Manifest.ReadValid(yaml)).Spec);
        Assert.Contains("no effect", Assert.Single(Manifest.Warnings(yaml)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("telemetry.istio.io/v1", "Telemetry", "expected one of CLIENT_AND_SERVER, CLIENT, SERVER", "tracing: [{match: {mode: BOTH}}]")]
    [InlineData("networking.istio.io/v1alpha3", "EnvoyFilter", "unknown field \"configPatch\" in spec (EnvoyFilter); did you mean \"configPatches\"?", "configPatch: []")]
    [InlineData("extensions.istio.io/v1alpha1", "TrafficExtension", "only one of \"wasm\" and \"lua\" can be set", "wasm: {url: a}\nlua: {inlineCode: a}")]
    [InlineData("extensions.istio.io/v1alpha1", "WasmPlugin", "spec.pluginConfig: expected a mapping", "url: a\npluginConfig: [a]")]
    [InlineData("gateway.networking.k8s.io/v1", "HTTPRoute", "unknown field \"parentRef\" in spec (HTTPRouteSpec); did you mean \"parentRefs\"?", "parentRef: [{name: a}]")]
    public void Decode_FieldThatDoesNotFit_IsRejected(string apiVersion, string kind, string expected, string spec) =>
        Assert.Contains(Manifest.Errors(Manifest.Of(apiVersion, kind, "a", spec)), error => error.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Decode_ErrorsOfReadingAndOfRules_AreToldTogether()
    {
        var errors = Manifest.Errors(Manifest.VirtualService("a", "hosts: [1]\nhttp: [{timeout: 0s, retries: {attempts: many}, route: [{destination: {host: a, subst: b}, weight: -1}]}]"));

        Assert.Equal(
            ["spec.hosts[0]", "spec.http[0].retries.attempts", "spec.http[0].route[0].destination.subst", "spec.http[0].route[0].weight", "spec.http[0].timeout"],
            errors.Select(error => error.Split(": ")[3]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Decode_KindOfAnotherProduct_IsLeftAlone()
    {
        var read = Manifest.Read("apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: a}\nspec: {}");

        Assert.Empty(read.Resources);
        Assert.Equal(FindingSeverity.Information, Assert.Single(read.Findings).Severity);
    }

    [Fact]
    public void Decode_ClusterScopedKind_HasNoNamespace() =>
        Assert.Equal("", Assert.Single(Manifest.ReadValid("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}")).Id.Namespace);
}
