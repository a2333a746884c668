namespace Mesh.ControlPlane.Tests.Api;

/// <summary>Create, update, delete and what is wrong with them.</summary>
public sealed class WriteTests : ApiTest
{
    private const string Held = ", \"finalizers\": [\"example.com/hold\"]";

    [Fact]
    public async Task Create_AnObject_GivesItItsIdentity()
    {
        var answer = (await Client.PostAsync(Samples.Routes, Samples.Route("reviews"))).Expect(201);

        Assert.True(Guid.TryParse(answer.Text("metadata.uid"), out _));
        Assert.Equal("2030-01-01T00:00:00Z", answer.Text("metadata.creationTimestamp"));
        Assert.Equal("1", answer.Text("metadata.generation"));
        Assert.Equal("default", answer.Text("metadata.namespace"));
        Assert.Equal("tester", answer.Text("metadata.managedFields.0.manager"));
        Assert.Equal(Api.Store.Current.Version.ToString(), answer.Version);
        Assert.Equal("AlreadyExists", (await Client.PostAsync(Samples.Routes, Samples.Route("reviews"))).Expect(409).Reason);
    }

    [Fact]
    public async Task Create_WithGenerateName_MakesNamesUp()
    {
        const string Body = """{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "job-"}}""";

        var first = (await Client.PostAsync(Samples.ConfigMaps, Body)).Expect(201).Text("metadata.name");
        var second = (await Client.PostAsync(Samples.ConfigMaps, Body)).Expect(201).Text("metadata.name");

        Assert.Matches("^job-[bcdfghjklmnpqrstvwxz2456789]{5}$", first);
        Assert.NotEqual(first, second);
        Assert.Equal(["metadata.name"], (await Client.PostAsync(Samples.ConfigMaps, """{"metadata": {}}""")).Expect(422).CauseFields);
    }

    [Fact]
    public async Task Create_InANamespaceThatIsNotThere_IsNotFound()
    {
        var answer = (await Client.PostAsync("/api/v1/namespaces/bank/configmaps", Samples.ConfigMap("a"))).Expect(404);

        Assert.Equal("namespaces \"bank\" not found", answer.Message);
    }

    [Theory]
    [InlineData("""{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}""")]
    [InlineData("""{"apiVersion": "v2", "kind": "ConfigMap", "metadata": {"name": "a"}}""")]
    [InlineData("""{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "bank"}}""")]
    [InlineData("""{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "name": "b"}}""")]
    [InlineData("""{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "resourceVersion": "5"}}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task Create_OfSomethingElseThanThePathSays_IsABadRequest(string body) =>
        Assert.Equal("BadRequest", (await Client.PostAsync(Samples.ConfigMaps, body)).Expect(400).Reason);

    [Fact]
    public async Task Create_WithABodyOfAnotherForm_IsUnsupported() =>
        Assert.Equal("UnsupportedMediaType", (await Client.SendAsync("POST", Samples.ConfigMaps, Samples.ConfigMap("a"), "text/plain")).Expect(415).Reason);

    [Fact]
    public async Task Create_WithAHugeBody_IsTooLarge() => Assert.Equal(
        "RequestEntityTooLarge", (await Client.PostAsync(Samples.ConfigMaps, Samples.ConfigMap("a", value: new string('x', (3 * 1024 * 1024) + 1)))).Expect(413).Reason);

    [Fact]
    public async Task Create_FromYaml_Works() => (await Client.SendAsync(
        "POST", Samples.ConfigMaps, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {key: \"1\"}\n", "application/yaml")).Expect(201);

    [Fact]
    public async Task H03_WhatIsInvalid_NamesEveryFieldAtOnce()
    {
        const string Body = """
            {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": "reviews"},
             "spec": {"hosts": ["reviews"], "http": [
               {"route": [{"destination": {"host": "reviews"}, "weight": -1}], "timeout": "-5s"},
               {"route": [{"destination": {"host": ""}}]}]}}
            """;

        var answer = (await Client.PostAsync(Samples.Routes, Body)).Expect(422);

        Assert.Equal("Invalid", answer.Reason);
        Assert.StartsWith("VirtualService.networking.istio.io \"reviews\" is invalid: [", answer.Message, StringComparison.Ordinal);
        Assert.True(answer.CauseFields.Length >= 3, answer.Message);
        Assert.Contains(answer.CauseFields, field => field.StartsWith("spec.http[0].", StringComparison.Ordinal));
        Assert.Contains(answer.CauseFields, field => field.StartsWith("spec.http[1].", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Strict", 400)]
    [InlineData("Warn", 201)]
    [InlineData("Ignore", 201)]
    public async Task Create_WithAnUnknownField_IsHandledAsAsked(string validation, int code)
    {
        var body = Samples.Route("reviews").Replace("\"hosts\"", "\"htpp\": [], \"hosts\"", StringComparison.Ordinal);

        var answer = (await Client.PostAsync($"{Samples.Routes}?fieldValidation={validation}", body)).Expect(code);

        Assert.Equal(validation == "Warn" ? ["299 - \"unknown field \\\"spec.htpp\\\"\""] : [], answer.Warnings);
        Assert.Equal(
            validation == "Strict" ? "VirtualService in version \"v1\" cannot be handled as a VirtualService: strict decoding error: unknown field \"spec.htpp\"" : "",
            answer.Message);
        Assert.Equal("", answer.Text("spec.htpp"));
    }

    [Fact]
    public async Task Create_AsDryRun_ChangesNothing()
    {
        var answer = (await Client.PostAsync($"{Samples.Routes}?dryRun=All", Samples.Route("reviews"))).Expect(201);

        Assert.NotEqual("", answer.Text("metadata.uid"));
        (await Client.GetAsync($"{Samples.Routes}/reviews")).Expect(404);
        Assert.Equal(["dryRun"], (await Client.PostAsync($"{Samples.Routes}?dryRun=Some", Samples.Route("reviews"))).Expect(422).CauseFields);
    }

    [Fact]
    public async Task Update_OfTheSpec_CountsAGeneration_AndOfNothing_ChangesNothing()
    {
        var created = (await Client.PostAsync(Samples.Routes, Samples.Route("reviews"))).Expect(201);

        created.Body["spec"]!["http"]![0]!["timeout"] = "5s";
        var updated = (await Client.PutAsync($"{Samples.Routes}/reviews", created.Body.ToJsonString())).Expect(200);
        Time.Advance(TimeSpan.FromMinutes(1));
        var again = (await Client.PutAsync($"{Samples.Routes}/reviews", updated.Body.ToJsonString())).Expect(200);
        again.Body["metadata"]!["labels"] = new System.Text.Json.Nodes.JsonObject { ["app"] = "x" };
        var labelled = (await Client.PutAsync($"{Samples.Routes}/reviews", again.Body.ToJsonString())).Expect(200);

        Assert.Equal("2", updated.Text("metadata.generation"));
        Assert.Equal(updated.Version, again.Version);
        Assert.NotEqual(again.Version, labelled.Version);
        Assert.Equal("2", labelled.Text("metadata.generation"));
        Assert.Equal(created.Text("metadata.uid"), labelled.Text("metadata.uid"));
    }

    [Fact]
    public async Task Update_OfAnOldVersion_IsAConflict()
    {
        var created = (await Client.PostAsync(Samples.Routes, Samples.Route("reviews"))).Expect(201);
        (await Client.PatchAsync($"{Samples.Routes}/reviews", """{"metadata": {"labels": {"a": "b"}}}""", ApiClient.Merge)).Expect(200);

        var answer = (await Client.PutAsync($"{Samples.Routes}/reviews", created.Body.ToJsonString())).Expect(409);

        Assert.Equal("Conflict", answer.Reason);
        Assert.Contains("the object has been modified", answer.Message, StringComparison.Ordinal);
        Assert.Equal(["metadata.resourceVersion"], (await Client.PutAsync($"{Samples.Routes}/reviews", Samples.Route("reviews"))).Expect(422).CauseFields);
        (await Client.PutAsync($"{Samples.ConfigMaps}/absent", Samples.ConfigMap("absent"))).Expect(404);
        (await Client.PutAsync($"{Samples.ConfigMaps}/other", Samples.ConfigMap("absent"))).Expect(404, 400);
    }

    [Fact]
    public async Task Update_InAnotherVersion_IsOneObjectStill()
    {
        var created = (await Client.PostAsync("/apis/networking.istio.io/v1alpha3/namespaces/default/virtualservices", Samples.Route("reviews", version: "v1alpha3"))).Expect(201);
        created.Body["apiVersion"] = "networking.istio.io/v1";

        var updated = (await Client.PutAsync($"{Samples.Routes}/reviews", created.Body.ToJsonString())).Expect(200);

        Assert.Equal("networking.istio.io/v1", updated.Text("apiVersion"));
        Assert.Equal(created.Version, updated.Version);
    }

    [Fact]
    public async Task Status_WrittenOnItsOwn_LeavesTheRest_AndTheRestLeavesIt()
    {
        var created = (await Client.PostAsync(Samples.Routes, Samples.Route("reviews"))).Expect(201);
        created.Body["status"] = new System.Text.Json.Nodes.JsonObject { ["observedGeneration"] = 1 };
        created.Body["spec"]!["hosts"]![0] = "other";

        var status = (await Client.PutAsync($"{Samples.Routes}/reviews/status", created.Body.ToJsonString())).Expect(200);
        var patched = (await Client.PatchAsync($"{Samples.Routes}/reviews", """{"status": null, "metadata": {"labels": {"a": "b"}}}""", ApiClient.Merge)).Expect(200);

        Assert.Equal("reviews", status.Text("spec.hosts.0"));
        Assert.Equal("1", status.Text("metadata.generation"));
        Assert.Equal("1", patched.Text("status.observedGeneration"));
        (await Client.GetAsync($"{Samples.ConfigMaps}/a/status")).Expect(404);
    }

    [Fact]
    public async Task Delete_AnObject_SaysWhichOneWentAndKeepsToPreconditions()
    {
        var created = (await Client.PostAsync(Samples.Routes, Samples.Route("reviews"))).Expect(201);

        (await Client.DeleteAsync($"{Samples.Routes}/reviews", """{"preconditions": {"uid": "another"}}""")).Expect(409);
        (await Client.DeleteAsync($"{Samples.Routes}/reviews", """{"preconditions": {"resourceVersion": "99"}}""")).Expect(409);
        (await Client.DeleteAsync($"{Samples.Routes}/reviews", """{"propagationPolicy": "Sideways"}""")).Expect(422);
        (await Client.DeleteAsync($"{Samples.Routes}/reviews?dryRun=All")).Expect(200);
        var answer = (await Client.DeleteAsync($"{Samples.Routes}/reviews", """{"propagationPolicy": "Background"}""")).Expect(200);

        Assert.Equal("Success", answer.Text("status"));
        Assert.Equal(created.Text("metadata.uid"), answer.Text("details.uid"));
        (await Client.DeleteAsync($"{Samples.Routes}/reviews")).Expect(404);
    }

    [Fact]
    public async Task Delete_WithFinalizers_MarksUntilTheLastIsGone()
    {
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("a", Held));

        var marked = (await Client.DeleteAsync($"{Samples.ConfigMaps}/a")).Expect(200);
        var again = (await Client.DeleteAsync($"{Samples.ConfigMaps}/a")).Expect(200);
        (await Client.PatchAsync($"{Samples.ConfigMaps}/a", """{"metadata": {"finalizers": null}}""", ApiClient.Merge)).Expect(200);

        Assert.NotEqual("", marked.Text("metadata.deletionTimestamp"));
        Assert.Equal(marked.Version, again.Version);
        (await Client.GetAsync($"{Samples.ConfigMaps}/a")).Expect(404);
    }

    [Fact]
    public async Task DeleteCollection_WithASelector_TakesWhatFits()
    {
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("a", ", \"labels\": {\"app\": \"a\"}"), Samples.ConfigMap("b"));

        (await Client.DeleteAsync($"{Samples.ConfigMaps}?labelSelector=app%3Da")).Expect(200);

        Assert.Equal(["b"], (await Client.GetAsync(Samples.ConfigMaps)).Names);
    }

    [Fact]
    public async Task Namespace_Deleted_TakesEverythingWithIt_WhenNothingHoldsOn()
    {
        await CreateAsync(Samples.Namespaces, Samples.Namespace("bank"));
        await CreateAsync("/api/v1/namespaces/bank/configmaps", Samples.ConfigMap("a"), Samples.ConfigMap("b", Held));

        (await Client.DeleteAsync($"{Samples.Namespaces}/bank")).Expect(200);
        var closing = (await Client.GetAsync($"{Samples.Namespaces}/bank")).Expect(200);
        var refused = (await Client.PostAsync("/api/v1/namespaces/bank/configmaps", Samples.ConfigMap("c"))).Expect(403);
        (await Client.PatchAsync("/api/v1/namespaces/bank/configmaps/b", """{"metadata": {"finalizers": []}}""", ApiClient.Merge)).Expect(200);

        Assert.Equal("Terminating", closing.Text("status.phase"));
        Assert.Contains("is being terminated", refused.Message, StringComparison.Ordinal);
        (await Client.GetAsync($"{Samples.Namespaces}/bank")).Expect(404);
    }

    [Fact]
    public async Task Namespace_ThatIsAlwaysThere_CanBeLabelledButNotDeleted()
    {
        (await Client.PatchAsync($"{Samples.Namespaces}/default", """{"metadata": {"labels": {"istio-injection": "enabled"}}}""", ApiClient.Strategic)).Expect(200);

        (await Client.DeleteAsync($"{Samples.Namespaces}/default")).Expect(403);

        Assert.Equal("enabled", (await Client.GetAsync($"{Samples.Namespaces}/default")).Expect(200).Text("metadata.labels.istio-injection"));
    }

    [Fact]
    public async Task Secret_WithPlainText_IsStoredEncoded()
    {
        var answer = (await Client.PostAsync(
            "/api/v1/namespaces/default/secrets",
            """{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": "YQ=="}, "stringData": {"b": "b"}}""")).Expect(201);

        Assert.Equal("Yg==", answer.Text("data.b"));
        Assert.Equal("YQ==", answer.Text("data.a"));
        Assert.Equal("Opaque", answer.Text("type"));
        Assert.Equal("", answer.Text("stringData"));
    }
}
