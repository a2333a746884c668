using System.Text.Json;
using Mesh.Config;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Api.Objects.Watching;

namespace Mesh.ControlPlane.Tests.Api;

/// <summary>A watcher that does not read while the configuration goes on: bounded memory, a clear end, and a way back.</summary>
public sealed class SlowWatcherTests : ApiTest
{
    /// <summary>More than what the sockets of a loopback connection and their servers hold by themselves.</summary>
    private const int BigChanges = 96;

    private const int BigBytes = 256 * 1024;

    [Fact]
    public async Task Watch_ThatDoesNotRead_IsToldGone_AndGoesOnFromANewList()
    {
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("a"));
        using var watch = await Client.WatchAsync($"{Samples.ConfigMaps}?watch=true&resourceVersion={Api.Store.Current.Version}");

        await OverflowAsync();
        var (events, last) = (0, (await watch.NextAsync())!);
        while (last["type"]!.ToString() != "ERROR")
        {
            events++;
            last = (await watch.NextAsync())!;
        }

        Assert.Equal(("410", "Expired"), (last["object"]!["code"]!.ToString(), last["object"]!["reason"]!.ToString()));
        Assert.Null(await watch.NextAsync());
        Assert.InRange(events, 1, BigChanges + ChangeSubscription.Capacity);
        var list = (await Client.GetAsync(Samples.ConfigMaps)).Expect(200);
        using var again = await Client.WatchAsync($"{Samples.ConfigMaps}?watch=true&resourceVersion={list.Version}");
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("b"));
        Assert.Equal("ADDED b", await again.NextNameAsync());
    }

    [Fact]
    public async Task Watch_ThatStillDoesNotReadFiveSecondsLater_IsCutOff()
    {
        await CreateAsync(Samples.ConfigMaps, Samples.ConfigMap("a"));
        using var watch = await Client.WatchAsync($"{Samples.ConfigMaps}?watch=true&resourceVersion={Api.Store.Current.Version}");

        await OverflowAsync();
        await Time.WaitForTimerOfAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Time.Advance(TimeSpan.FromSeconds(5));

        var types = new List<string>();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await watch.NextAsync() is { } next)
            {
                types.Add(next["type"]!.ToString());
            }
        });
        Assert.DoesNotContain("ERROR", types);
    }

    /// <summary>Fills the way to the watcher, and then what the server keeps for it.</summary>
    private async Task OverflowAsync()
    {
        var map = Api.Store.Current.Resources.Values.Single(resource => resource.Id.Name == "a");
        for (var number = 0; number < BigChanges; number++)
        {
            await WriteAsync(map, $"{number}{new string('x', BigBytes)}");
        }

        for (var number = 0; number <= ChangeSubscription.Capacity + BigChanges; number++)
        {
            await WriteAsync(map, $"{number}");
        }
    }

    private async Task WriteAsync(Resource map, string value)
    {
        using var document = JsonDocument.Parse(map.Document.GetRawText().Replace("\"key\":\"1\"", $"\"key\":\"{value}\"", StringComparison.Ordinal));
        var result = await Api.Store.WriteAsync(new ResourceWrite(map.Id, map with { Document = document.RootElement.Clone() }, null), TestContext.Current.CancellationToken);
        Assert.Equal(WriteStatus.Done, result.Status);
    }
}
