namespace Mesh.ControlPlane.Tests.Api;

/// <summary>The four languages of patches, and who owns which field.</summary>
public sealed class PatchTests : ApiTest
{
    private const string Service = """
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "reviews"},
         "spec": {"selector": {"app": "reviews"}, "ports": [{"name": "http", "port": 9080}, {"name": "admin", "port": 9090}]}}
        """;

    [Fact]
    public async Task MergePatch_OfARoute_ReplacesListsAndRemovesNulls()
    {
        await CreateAsync(Samples.Routes, Samples.Route("reviews", metadata: ", \"labels\": {\"a\": \"b\", \"c\": \"d\"}"));

        var answer = (await Client.PatchAsync($"{Samples.Routes}/reviews", """{"metadata": {"labels": {"a": null}}, "spec": {"hosts": ["x", "y"]}}""", ApiClient.Merge)).Expect(200);

        Assert.Equal("y", answer.Text("spec.hosts.1"));
        Assert.Equal("", answer.Text("metadata.labels.a"));
        Assert.Equal("d", answer.Text("metadata.labels.c"));
        Assert.Equal("2", answer.Text("metadata.generation"));
    }

    [Fact]
    public async Task JsonPatch_OfARoute_Edits_AndAFailedTestIsInvalid()
    {
        await CreateAsync(Samples.Routes, Samples.Route("reviews"));

        var answer = (await Client.PatchAsync($"{Samples.Routes}/reviews", """[{"op": "add", "path": "/spec/http/0/timeout", "value": "3s"}]""", ApiClient.JsonPatch)).Expect(200);
        var failed = (await Client.PatchAsync($"{Samples.Routes}/reviews", """[{"op": "test", "path": "/spec/hosts/0", "value": "x"}]""", ApiClient.JsonPatch)).Expect(422);

        Assert.Equal("3s", answer.Text("spec.http.0.timeout"));
        Assert.Equal("Invalid", failed.Reason);
        (await Client.PatchAsync($"{Samples.Routes}/reviews", "{}", ApiClient.JsonPatch)).Expect(400);
    }

    [Fact]
    public async Task StrategicPatch_OfAService_MergesPortsByTheirKey_AndOfARoute_IsUnsupported()
    {
        await CreateAsync(Samples.Services, Service);
        await CreateAsync(Samples.Routes, Samples.Route("reviews"));

        var answer = (await Client.PatchAsync($"{Samples.Services}/reviews", """{"spec": {"ports": [{"port": 9090, "$patch": "delete"}, {"port": 9080, "name": "web"}]}}""", ApiClient.Strategic)).Expect(200);

        Assert.Equal("web", answer.Text("spec.ports.0.name"));
        Assert.Equal("9080", answer.Text("spec.ports.0.targetPort"));
        Assert.Equal("", answer.Text("spec.ports.1.name"));
        (await Client.PatchAsync($"{Samples.Routes}/reviews", "{}", ApiClient.Strategic)).Expect(415);
    }

    [Fact]
    public async Task Patch_ThatMakesAnObjectInvalid_IsRefused()
    {
        await CreateAsync(Samples.Routes, Samples.Route("reviews"));

        var answer = (await Client.PatchAsync($"{Samples.Routes}/reviews", """{"spec": {"http": [{"timeout": "-1s"}]}}""", ApiClient.Merge)).Expect(422);

        Assert.Equal("Invalid", answer.Reason);
        Assert.Equal("", (await Client.GetAsync($"{Samples.Routes}/reviews")).Text("spec.http.0.timeout"));
    }

    [Fact]
    public async Task Patch_OfADifferentName_IsRefused()
    {
        await CreateAsync(Samples.Routes, Samples.Route("reviews"));

        (await Client.PatchAsync($"{Samples.Routes}/reviews", """{"metadata": {"name": "other"}}""", ApiClient.Merge)).Expect(400, 422);
        (await Client.PatchAsync($"{Samples.Routes}/absent", "{}", ApiClient.Merge)).Expect(404);
    }

    [Fact]
    public async Task Patches_AtTheSameTime_AreAllKept()
    {
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("a"));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(number =>
            Client.PatchAsync($"{Samples.ConfigMaps}/a", $$$"""{"data": {"k{{{number}}}": "v"}}""", ApiClient.Merge)));

        Assert.Equal(9, (await Client.GetAsync($"{Samples.ConfigMaps}/a")).Body["data"]!.AsObject().Count);
    }

    [Fact]
    public async Task Apply_ByTwoManagers_ConflictsUntilForced()
    {
        const string Path = $"{Samples.Routes}/reviews";
        (await Client.PatchAsync($"{Path}?fieldManager=one", Samples.Route("reviews"), ApiClient.Apply)).Expect(201);

        var conflict = (await Client.PatchAsync($"{Path}?fieldManager=two", Samples.Route("reviews", "v2"), ApiClient.Apply)).Expect(409);
        var forced = (await Client.PatchAsync($"{Path}?fieldManager=two&force=true", Samples.Route("reviews", "v2"), ApiClient.Apply)).Expect(200);

        Assert.Equal("Conflict", conflict.Reason);
        Assert.Equal("FieldManagerConflict", conflict.Text("details.causes.0.reason"));
        Assert.Equal([".spec.http"], conflict.CauseFields);
        Assert.Equal("v2", forced.Text("spec.http.0.route.0.destination.subset"));
        Assert.Contains("two", forced.Body["metadata"]!["managedFields"]!.AsArray().Select(entry => entry!["manager"]!.ToString()));
    }

    [Fact]
    public async Task Apply_OfTheSameTwice_ChangesNothing_AndOfLess_Removes()
    {
        const string Path = $"{Samples.ConfigMaps}/a?fieldManager=one";
        var first = (await Client.PatchAsync(Path, Samples.ConfigMap("a", ", \"labels\": {\"x\": \"y\"}"), ApiClient.Apply)).Expect(201);
        Time.Advance(TimeSpan.FromMinutes(1));

        var second = (await Client.PatchAsync(Path, Samples.ConfigMap("a", ", \"labels\": {\"x\": \"y\"}"), ApiClient.Apply)).Expect(200);
        var third = (await Client.PatchAsync(Path, Samples.ConfigMap("a"), ApiClient.Apply)).Expect(200);

        Assert.Equal(first.Version, second.Version);
        Assert.Equal("", third.Text("metadata.labels.x"));
        (await Client.PatchAsync($"{Samples.ConfigMaps}/a", Samples.ConfigMap("a"), ApiClient.Apply)).Expect(422);
    }
}
