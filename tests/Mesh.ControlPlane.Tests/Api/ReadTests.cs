namespace Mesh.ControlPlane.Tests.Api;

/// <summary>Get and list, in all forms.</summary>
public sealed class ReadTests : ApiTest
{
    [Fact]
    public async Task Get_InAnotherVersion_TellsTheObjectInThatVersion()
    {
        await CreateAsync(Samples.Routes, Samples.Route("reviews"));

        var answer = (await Client.GetAsync("/apis/networking.istio.io/v1alpha3/namespaces/default/virtualservices/reviews")).Expect(200);

        Assert.Equal("networking.istio.io/v1alpha3", answer.Text("apiVersion"));
        Assert.Equal("reviews", answer.Text("spec.hosts.0"));
        Assert.NotEqual("", answer.Version);
    }

    [Fact]
    public async Task Get_WhatIsNotThere_SaysSoInKubernetesWords()
    {
        var answer = (await Client.GetAsync($"{Samples.Routes}/reviews")).Expect(404);

        Assert.Equal("NotFound", answer.Reason);
        Assert.Equal("virtualservices.networking.istio.io \"reviews\" not found", answer.Message);
        Assert.Equal("virtualservices", answer.Text("details.kind"));
        Assert.Equal("the server could not find the requested resource", (await Client.GetAsync("/api/v1/widgets")).Expect(404).Message);
        Assert.Equal("services \"x\" not found", (await Client.GetAsync($"{Samples.Services}/x")).Message);
    }

    [Fact]
    public async Task List_OfOneNamespaceAndOfAll_HasWhatIsThere()
    {
        await CreateAsync(Samples.Namespaces, Samples.Namespace("bank"));
        await CreateAsync(Samples.Routes, Samples.Route("b"), Samples.Route("a"));
        await CreateAsync("/apis/networking.istio.io/v1/namespaces/bank/virtualservices", Samples.Route("c"));

        var own = (await Client.GetAsync(Samples.Routes)).Expect(200);
        var all = (await Client.GetAsync("/apis/networking.istio.io/v1beta1/virtualservices")).Expect(200);

        Assert.Equal("VirtualServiceList", own.Text("kind"));
        Assert.Equal(["a", "b"], own.Names);
        Assert.Equal(["c", "a", "b"], all.Names);
        Assert.Equal("networking.istio.io/v1beta1", all.Text("items.0.apiVersion"));
        Assert.Equal(Api.Store.Current.Version.ToString(), all.Version);
    }

    [Theory]
    [InlineData("labelSelector=app%3Da", "a")]
    [InlineData("labelSelector=app!%3Da", "b,c")]
    [InlineData("labelSelector=app+in+(a,b)", "a,b")]
    [InlineData("labelSelector=!app", "c")]
    [InlineData("fieldSelector=metadata.name%3Db", "b")]
    [InlineData("fieldSelector=metadata.name!%3Db,metadata.namespace%3Ddefault", "a,c")]
    public async Task List_WithASelector_HasWhatFits(string query, string names)
    {
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("a", ", \"labels\": {\"app\": \"a\"}"), Samples.ConfigMap("b", ", \"labels\": {\"app\": \"b\"}"), Samples.ConfigMap("c"));

        var answer = (await Client.GetAsync($"{Samples.ConfigMaps}?{query}")).Expect(200);

        Assert.Equal(names, string.Join(',', answer.Names));
    }

    [Theory]
    [InlineData("labelSelector=a+b")]
    [InlineData("labelSelector=-x%3D1")]
    [InlineData("fieldSelector=spec.hosts%3Db")]
    [InlineData("fieldSelector=metadata.name")]
    [InlineData("limit=x")]
    [InlineData("resourceVersion=x")]
    [InlineData("continue=nonsense")]
    [InlineData("watch=maybe")]
    public async Task List_WithABadQuery_IsABadRequest(string query) =>
        Assert.Equal("BadRequest", (await Client.GetAsync($"{Samples.Routes}?{query}")).Expect(400).Reason);

    [Fact]
    public async Task List_InPages_ShowsOneMomentWhateverHappensMeanwhile()
    {
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("a"), Samples.ConfigMap("b"), Samples.ConfigMap("d"));
        var first = (await Client.GetAsync($"{Samples.ConfigMaps}?limit=1")).Expect(200);
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("c"));
        (await Client.DeleteAsync($"{Samples.ConfigMaps}/d")).Expect(200);

        var second = (await Client.GetAsync($"{Samples.ConfigMaps}?limit=5&continue={first.Text("metadata.continue")}")).Expect(200);

        Assert.Equal(["a"], first.Names);
        Assert.Equal("2", first.Text("metadata.remainingItemCount"));
        Assert.Equal(["b", "d"], second.Names);
        Assert.Equal(first.Version, second.Version);
        Assert.Equal("", second.Text("metadata.continue"));
    }

    [Fact]
    public async Task List_AtAnExactVersion_ShowsThatMoment()
    {
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("a"));
        var version = Api.Store.Current.Version;
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("b"));

        var answer = (await Client.GetAsync($"{Samples.ConfigMaps}?resourceVersion={version}&resourceVersionMatch=Exact")).Expect(200);

        Assert.Equal(["a"], answer.Names);
    }

    [Fact]
    public async Task List_AtAVersionOfTheFuture_TimesOutWithTheCauseThatClientsLookFor()
    {
        var asking = Client.GetAsync($"{Samples.ConfigMaps}?resourceVersion=1000");
        await Time.WaitForTimerOfAsync(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        Time.Advance(TimeSpan.FromSeconds(3));

        var answer = (await asking).Expect(504);

        Assert.Equal("Timeout", answer.Reason);
        Assert.Equal("ResourceVersionTooLarge", answer.Text("details.causes.0.reason"));
    }

    [Fact]
    public async Task List_AsTable_HasTheColumnsOfTheKind()
    {
        await CreateAsync(Samples.Routes, Samples.Route("reviews"));
        Time.Advance(TimeSpan.FromSeconds(75));

        var answer = (await Client.GetAsync(Samples.Routes, ApiClient.Table)).Expect(200);

        Assert.Equal("Table", answer.Text("kind"));
        Assert.Equal(["Name", "Gateways", "Hosts", "Age"], answer.Body["columnDefinitions"]!.AsArray().Select(column => column!["name"]!.ToString()));
        Assert.Equal(["reviews", "", "[\"reviews\"]", "75s"], answer.Body["rows"]![0]!["cells"]!.AsArray().Select(cell => cell?.ToString() ?? ""));
        Assert.Equal("PartialObjectMetadata", answer.Text("rows.0.object.kind"));
    }

    [Fact]
    public async Task Get_OfAService_AsTable_LooksAsInKubernetes()
    {
        await CreateAsync(Samples.Services, """
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "reviews"}, "spec": {"selector": {"app": "reviews"}, "ports": [{"name": "http", "port": 9080}]}}
            """);

        var answer = (await Client.GetAsync($"{Samples.Services}/reviews?includeObject=Object", ApiClient.Table)).Expect(200);

        Assert.Equal(["reviews", "ClusterIP", "<none>", "<none>", "9080/TCP", "0s", "app=reviews"], answer.Body["rows"]![0]!["cells"]!.AsArray().Select(cell => cell!.ToString()));
        Assert.Equal("Service", answer.Text("rows.0.object.kind"));
    }

    [Fact]
    public async Task List_AsMetadata_HasNothingElse()
    {
        await CreateAsync(Samples.Routes, Samples.Route("reviews"));

        var answer = (await Client.GetAsync(Samples.Routes, "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1")).Expect(200);

        Assert.Equal("PartialObjectMetadataList", answer.Text("kind"));
        Assert.Equal("PartialObjectMetadata", answer.Text("items.0.kind"));
        Assert.Null(answer.Items[0]!["spec"]);
    }

    [Fact]
    public async Task Get_InAFormThatIsNotServed_IsNotAcceptable() =>
        Assert.Equal("NotAcceptable", (await Client.GetAsync(Samples.Routes, "application/vnd.kubernetes.protobuf")).Expect(406).Reason);

    [Fact]
    public async Task Namespaces_ThatNobodyWrote_AreThere()
    {
        var answer = (await Client.GetAsync(Samples.Namespaces)).Expect(200);

        Assert.Equal(["default", "istio-system", "kube-system"], answer.Names);
        Assert.Equal("Active", (await Client.GetAsync($"{Samples.Namespaces}/default")).Expect(200).Text("status.phase"));
    }

    [Theory]
    [InlineData("POST", "/default")]
    [InlineData("PATCH", "")]
    [InlineData("PUT", "")]
    public async Task Method_ThatMakesNoSense_IsNotAllowed(string method, string rest) =>
        Assert.Equal("MethodNotAllowed", (await Client.SendAsync(method, Samples.Namespaces + rest, "{}")).Expect(405).Reason);
}
