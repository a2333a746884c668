using System.Text.Json.Nodes;

namespace Mesh.ControlPlane.Tests.Api;

/// <summary>What the API says that it serves, to old clients and new ones, and that it serves that.</summary>
public sealed class DiscoveryTests : ApiTest
{
    private const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

    [Fact]
    public async Task Version_Always_HasWhatKubernetesToolsRead()
    {
        var answer = (await Client.GetAsync("/version")).Expect(200);

        Assert.Equal("1", answer.Text("major"));
        Assert.Equal("33", answer.Text("minor"));
        Assert.StartsWith("v1.33.", answer.Text("gitVersion"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_Listed_HaveEveryVersionWithThePreferredOneFirst()
    {
        var answer = (await Client.GetAsync("/apis")).Expect(200);

        var groups = answer.Body["groups"]!.AsArray().ToDictionary(group => group!["name"]!.ToString(), group => group!);
        Assert.Contains("gateway.networking.k8s.io", groups.Keys);
        Assert.Contains("apps", groups.Keys);
        var networking = groups["networking.istio.io"];
        Assert.Equal(["v1", "v1beta1", "v1alpha3"], networking["versions"]!.AsArray().Select(version => version!["version"]!.ToString()));
        Assert.Equal("networking.istio.io/v1", networking["preferredVersion"]!["groupVersion"]!.ToString());
        Assert.Equal("v1", (await Client.GetAsync("/api")).Text("versions.0"));
        Assert.Equal("APIGroup", (await Client.GetAsync("/apis/security.istio.io")).Text("kind"));
        (await Client.GetAsync("/apis/unknown.example")).Expect(404);
    }

    [Fact]
    public async Task Resources_OfAVersion_HaveNamesVerbsAndParts()
    {
        var answer = (await Client.GetAsync("/apis/networking.istio.io/v1")).Expect(200);

        var resources = answer.Body["resources"]!.AsArray().ToDictionary(resource => resource!["name"]!.ToString(), resource => resource!);
        var routes = resources["virtualservices"];
        Assert.Equal("virtualservice", routes["singularName"]!.ToString());
        Assert.Equal("vs", routes["shortNames"]![0]!.ToString());
        Assert.Contains("istio-io", routes["categories"]!.AsArray().Select(category => category!.ToString()));
        Assert.Equal(8, routes["verbs"]!.AsArray().Count);
        Assert.Equal("VirtualService", resources["virtualservices/status"]!["kind"]!.ToString());
        Assert.DoesNotContain("proxyconfigs", resources.Keys);
    }

    [Theory]
    [InlineData("v2")]
    [InlineData("v2beta1")]
    public async Task Aggregated_AskedFor_SaysTheSameInOneAnswer(string version)
    {
        var core = (await Client.GetAsync("/api", Aggregated.Replace("v=v2", $"v={version}", StringComparison.Ordinal))).Expect(200);
        var groups = (await Client.GetAsync("/apis", Aggregated.Replace("v=v2", $"v={version}", StringComparison.Ordinal))).Expect(200);

        Assert.Equal($"apidiscovery.k8s.io/{version}", core.Text("apiVersion"));
        Assert.Contains("services", Names(core));
        Assert.Contains("virtualservices", Names(groups));
    }

    [Fact]
    public async Task EveryListableKind_Discovered_CanBeListedAndWatched()
    {
        var groups = (await Client.GetAsync("/apis", Aggregated)).Items.Concat((await Client.GetAsync("/api", Aggregated)).Items);
        foreach (var group in groups)
        {
            var name = group!["metadata"]!["name"]?.ToString();
            foreach (var version in group["versions"]!.AsArray())
            {
                var root = name is null ? "/api/v1" : $"/apis/{name}/{version!["version"]}";
                foreach (var resource in version!["resources"]!.AsArray().Where(Lists))
                {
                    var list = (await Client.GetAsync($"{root}/{resource!["resource"]}")).Expect(200);
                    Assert.Equal($"{resource["responseKind"]!["kind"]}List", list.Text("kind"));
                }
            }
        }

        static bool Lists(JsonNode? resource) => resource!["verbs"]!.AsArray().Any(verb => verb!.ToString() == "list");
    }

    [Fact]
    public async Task Definitions_Always_ShowEveryKindThatIsNotKubernetesOwn()
    {
        var answer = (await Client.GetAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions")).Expect(200);

        Assert.Contains("virtualservices.networking.istio.io", answer.Names);
        Assert.DoesNotContain("services", answer.Names);
        (await Client.DeleteAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/virtualservices.networking.istio.io")).Expect(403);
    }

    [Fact]
    public async Task OpenApi_AskedForInEachForm_Answers()
    {
        var index = (await Client.GetAsync("/openapi/v3")).Expect(200);
        var document = (await Client.GetAsync(index.Body["paths"]!["apis/networking.istio.io/v1"]!["serverRelativeURL"]!.ToString())).Expect(200);
        var old = (await Client.GetAsync("/openapi/v2")).Expect(200);

        Assert.Equal("3.0.0", document.Text("openapi"));
        Assert.Equal("2.0", old.Text("swagger"));
        (await Client.GetAsync("/openapi/v3/apis/unknown/v1")).Expect(404);
    }

    private static string[] Names(ApiAnswer answer) =>
        [.. answer.Items.SelectMany(group => group!["versions"]!.AsArray()).SelectMany(version => version!["resources"]!.AsArray()).Select(resource => resource!["resource"]!.ToString())];
}
