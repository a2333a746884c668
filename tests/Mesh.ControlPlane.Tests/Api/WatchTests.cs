namespace Mesh.ControlPlane.Tests.Api;

/// <summary>Watches: what is told, when, and what to those who come late or read slowly.</summary>
public sealed class WatchTests : ApiTest
{
    [Fact]
    public async Task Watch_FromAVersion_TellsEveryChangeAfterIt()
    {
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("a"));
        var version = Api.Store.Current.Version;
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("b"));

        using var watch = await Client.WatchAsync($"{Samples.ConfigMaps}?watch=true&resourceVersion={version}");
        (await Client.PatchAsync($"{Samples.ConfigMaps}/a", """{"data": {"key": "2"}}""", ApiClient.Merge)).Expect(200);
        (await Client.DeleteAsync($"{Samples.ConfigMaps}/b")).Expect(200);

        Assert.Equal("ADDED b", await watch.NextNameAsync());
        Assert.Equal("MODIFIED a", await watch.NextNameAsync());
        var deleted = (await watch.NextAsync())!;
        Assert.Equal("DELETED", deleted["type"]!.ToString());
        Assert.Equal(Api.Store.Current.Version.ToString(), deleted["object"]!["metadata"]!["resourceVersion"]!.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("&resourceVersion=0")]
    public async Task Watch_WithoutAVersion_TellsFirstWhatIsThere(string version)
    {
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("a"));

        using var watch = await Client.WatchAsync($"{Samples.ConfigMaps}?watch=1{version}");
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("b"));

        Assert.Equal("ADDED a", await watch.NextNameAsync());
        Assert.Equal("ADDED b", await watch.NextNameAsync());
    }

    [Fact]
    public async Task Watch_WithASelector_TellsTransitionsAsComingAndGoing()
    {
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("a"));

        using var watch = await Client.WatchAsync($"{Samples.ConfigMaps}?watch=true&labelSelector=app&resourceVersion={Api.Store.Current.Version}");
        foreach (var labels in new[] { """{"app": "x"}""", """{"app": "y"}""", """{"app": null}""", """{"app": "z"}""" })
        {
            (await Client.PatchAsync($"{Samples.ConfigMaps}/a", $$$$"""{"metadata": {"labels": {{{{labels}}}}}}""", ApiClient.Merge)).Expect(200);
        }

        Assert.Equal(["ADDED a", "MODIFIED a", "DELETED a", "ADDED a"], [await watch.NextNameAsync(), await watch.NextNameAsync(), await watch.NextNameAsync(), await watch.NextNameAsync()]);
    }

    [Fact]
    public async Task Watch_OfOneNamespace_HearsNothingOfOthers()
    {
        await CreateAsync(Samples.Namespaces, Samples.Namespace("bank"));
        using var watch = await Client.WatchAsync($"{Samples.ConfigMaps}?watch=true&resourceVersion={Api.Store.Current.Version}");

        await CreateAsync("/api/v1/namespaces/bank/configmaps", Samples.ConfigMap("hidden"));
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("seen"));

        Assert.Equal("ADDED seen", await watch.NextNameAsync());
    }

    [Fact]
    public async Task Watch_ThatAllowsBookmarks_GetsOneAMinute()
    {
        using var watch = await Client.WatchAsync($"{Samples.ConfigMaps}?watch=true&allowWatchBookmarks=true&resourceVersion=1");
        await CreateAsync(Samples.Routes, Samples.Route("reviews"));
        await Time.WaitForTimerOfAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Time.Advance(TimeSpan.FromMinutes(1));

        var bookmark = (await watch.NextAsync())!;

        Assert.Equal("BOOKMARK", bookmark["type"]!.ToString());
        Assert.Equal("ConfigMap", bookmark["object"]!["kind"]!.ToString());
        Assert.Equal("1", bookmark["object"]!["metadata"]!["resourceVersion"]!.ToString());
    }

    [Fact]
    public async Task WatchList_Opened_EndsTheInitialObjectsWithAMark()
    {
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("a"));

        using var watch = await Client.WatchAsync($"{Samples.ConfigMaps}?watch=true&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&resourceVersion=");

        Assert.Equal("ADDED a", await watch.NextNameAsync());
        var mark = (await watch.NextAsync())!;
        Assert.Equal("BOOKMARK", mark["type"]!.ToString());
        Assert.Equal("true", mark["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!.ToString());
        (await Client.GetAsync($"{Samples.ConfigMaps}?watch=true&sendInitialEvents=true")).Expect(422);
    }

    [Fact]
    public async Task Watch_FromAVersionThatIsForgotten_IsToldSoAndEnds()
    {
        for (var number = 0; number < 3; number++)
        {
            await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap($"a{number}"));
        }

        Api.Store.History.Reset(Api.Store.Current);
        using var watch = await Client.WatchAsync($"{Samples.ConfigMaps}?watch=true&resourceVersion=1");

        var error = (await watch.NextAsync())!;
        Assert.Equal("ERROR", error["type"]!.ToString());
        Assert.Equal("Expired", error["object"]!["reason"]!.ToString());
        Assert.Equal("410", error["object"]!["code"]!.ToString());
        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task Watch_WithALimitOfTime_Ends()
    {
        using var watch = await Client.WatchAsync($"{Samples.ConfigMaps}?watch=true&timeoutSeconds=7&resourceVersion=1");
        await Time.WaitForTimerOfAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Time.Advance(TimeSpan.FromSeconds(7));

        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task Watch_WhileTheServerStops_EndsInOrder()
    {
        using var watch = await Client.WatchAsync($"{Samples.ConfigMaps}?watch=true&resourceVersion=1");

        await Api.StopAsync();

        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task Watch_AsTable_HasColumnsOnce()
    {
        using var watch = await Client.WatchAsync($"{Samples.Routes}?watch=true", ApiClient.Table);
        await CreateAsync(Samples.Routes, Samples.Route("a"), Samples.Route("b"));

        var first = (await watch.NextAsync())!;
        var second = (await watch.NextAsync())!;

        Assert.Equal("Table", first["object"]!["kind"]!.ToString());
        Assert.NotNull(first["object"]!["columnDefinitions"]);
        Assert.Null(second["object"]!["columnDefinitions"]);
        Assert.Equal("b", second["object"]!["rows"]![0]!["cells"]![0]!.ToString());
    }

    [Fact]
    public async Task Watch_OfAPermanentNamespace_NeverSeesItAsNew()
    {
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("a"));
        using var watch = await Client.WatchAsync($"{Samples.Namespaces}?watch=true&resourceVersion=1");

        (await Client.PatchAsync($"{Samples.Namespaces}/default", """{"metadata": {"labels": {"a": "b"}}}""", ApiClient.Merge)).Expect(200);

        Assert.Equal("MODIFIED default", await watch.NextNameAsync());
    }

    [Fact]
    public async Task Watch_ByManyAtOnce_ReachesAll()
    {
        var watches = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Client.WatchAsync($"{Samples.ConfigMaps}?watch=true")));

        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("a"));

        foreach (var watch in watches)
        {
            Assert.Equal("ADDED a", await watch.NextNameAsync());
            watch.Dispose();
        }
    }
}
