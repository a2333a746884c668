using System.Text.Json;
using Mesh.Config;
using Mesh.Config.Stores;
using Mesh.Testing;

namespace Mesh.ControlPlane.Tests.Stores;

public sealed class FolderWriteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WriteAsync_NewResource_GetsAReadableFileOfItsOwn()
    {
        await using var watched = new WatchedStore(_folder);

        var result = await watched.WriteAsync(StoreWrites.Put("reviews", "v1", annotations: """{"kubectl.kubernetes.io/last-applied-configuration":"{\"a\":1}\n"}"""), expected: 0);

        Assert.Equal((WriteStatus.Done, 1L), (result.Status, result.Version));
        Assert.Equal(
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata:
              name: reviews
              namespace: default
            spec:
              hosts:
              - reviews
              http:
              - route:
                - destination:
                    host: v1

            """,
            _folder.Read("default/virtualservices.networking.istio.io/reviews.yaml"));
        var metadata = watched.Store.Current.Resources[StoreWrites.Id("reviews")].Document.GetProperty("metadata");
        Assert.Equal("uid-reviews", metadata.GetProperty("uid").GetString());
        Assert.Equal("{\"a\":1}\n", metadata.GetProperty("annotations").GetProperty("kubectl.kubernetes.io/last-applied-configuration").GetString());
    }

    [Fact]
    public async Task WriteAsync_ExpectedVersion_DecidesAboutConflict()
    {
        await using var watched = new WatchedStore(_folder);
        var first = await watched.WriteAsync(StoreWrites.Put("a", "v1"), expected: 0);

        Assert.Equal(WriteStatus.Conflict, (await watched.WriteAsync(StoreWrites.Put("a", "v2"), expected: 0)).Status);
        Assert.Equal(WriteStatus.Conflict, (await watched.WriteAsync(StoreWrites.Put("a", "v2"), expected: first.Version + 1)).Status);
        Assert.Equal(WriteStatus.Unchanged, (await watched.WriteAsync(StoreWrites.Put("a", "v1"), expected: first.Version)).Status);
        Assert.Equal((WriteStatus.Done, 2L), StoreWrites.Outcome(await watched.WriteAsync(StoreWrites.Put("a", "v2"), expected: first.Version)));
        Assert.Equal(WriteStatus.Conflict, (await watched.DeleteAsync("a", expected: first.Version)).Status);
        Assert.Equal((WriteStatus.Done, 3L), StoreWrites.Outcome(await watched.DeleteAsync("a", expected: 2)));
        Assert.Equal(WriteStatus.Absent, (await watched.DeleteAsync("a")).Status);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.yaml", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task WriteAsync_ResourceInAHandWrittenFile_ReplacesThatDocumentAlone()
    {
        const string Before = "# The mesh of the shop.\n\n# Reviews, as always.\n" + Reviews + "# about ratings\n---\n# Ratings.\n";
        const string After = "---\n# the end\napiVersion: v1\nkind: Secret\nmetadata: {name: s} # kept\n";
        _folder.Write("mesh.yaml", Before + Ratings + After);
        await using var watched = new WatchedStore(_folder);

        var result = await watched.WriteAsync(StoreWrites.Put("ratings", "v9"));

        Assert.Equal(WriteStatus.Done, result.Status);
        var text = _folder.Read("mesh.yaml");
        Assert.StartsWith(Before, text, StringComparison.Ordinal);
        Assert.EndsWith(After, text, StringComparison.Ordinal);
        Assert.Contains("host: v9", text, StringComparison.Ordinal);
        Assert.Equal(["ratings", "reviews", "s"], watched.Names);

        // The one below has moved by as many lines as the document grew; the store finds that when it looks at the folder next.
        var line = text.Split('\n').Index().First(line => line.Item == "apiVersion: v1").Index + 1;
        await Eventually.ReachesAsync(
            "the place of what is below",
            () => watched.Store.Current.Resources.Values.Single(resource => resource.Id.Name == "s").Origin!.Line == line,
            cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task WriteAsync_RemovalsFromAHandWrittenFile_TakeTheFileWithTheLast()
    {
        _folder.Write("mesh.yaml", "# The mesh of the shop.\n\n" + Reviews + "---\n" + Ratings);
        await using var watched = new WatchedStore(_folder);

        await watched.DeleteAsync("reviews");
        Assert.Equal("# The mesh of the shop.\n\n---\n" + Ratings, _folder.Read("mesh.yaml"));

        await watched.DeleteAsync("ratings");
        Assert.False(File.Exists(_folder.File("mesh.yaml")));
        Assert.Empty(watched.Names);
    }

    [Fact]
    public async Task WriteAsync_StatusOnly_LeavesTheFileAndThePushAlone()
    {
        _folder.Write("mesh.yaml", Reviews);
        await using var watched = new WatchedStore(_folder);
        var before = watched.Store.Current;
        var reviews = before.Resources[StoreWrites.Id("reviews")];

        var result = await watched.WriteAsync(reviews.WithStatus("""{"conditions":[{"type":"Ready"}]}"""));

        Assert.Equal(WriteStatus.Done, result.Status);
        Assert.Equal(Reviews, _folder.Read("mesh.yaml"));
        var after = watched.Store.Current;
        Assert.Equal("Ready", after.Resources[reviews.Id].Document.GetProperty("status").GetProperty("conditions")[0].GetProperty("type").GetString());
        Assert.Equal((before.Version + 1, before.EffectiveVersion), (after.Version, after.EffectiveVersion));
        Assert.Same(reviews.Spec, after.Resources[reviews.Id].Spec);
    }

    [Fact]
    public async Task Open_AfterWritesAndEdits_GivesBackWhatWasKept()
    {
        _folder.Write("mesh.yaml", Reviews);
        Resource first, second;
        await using (var watched = new WatchedStore(_folder))
        {
            first = watched.Store.Current.Resources[StoreWrites.Id("reviews")];
            await watched.WriteAsync(first.WithStatus("""{"seen":true}"""));
            await watched.WriteAsync(StoreWrites.Put("api", "v1"));
            second = watched.Store.Current.Resources[StoreWrites.Id("reviews")];
            Assert.Equal(3, watched.Store.Current.Version);
        }

        await using (var watched = new WatchedStore(_folder))
        {
            var found = watched.Store.Current.Resources[StoreWrites.Id("reviews")];
            Assert.Equal(3, watched.Store.Current.Version);
            Assert.Equal((second.ResourceVersion, second.CreationTimestamp), (found.ResourceVersion, found.CreationTimestamp));
            Assert.True(JsonElement.DeepEquals(second.Document, found.Document));
        }

        _folder.Write("mesh.yaml", Reviews.Replace("reviews-v1", "reviews-v2", StringComparison.Ordinal));
        await using (var watched = new WatchedStore(_folder))
        {
            var metadata = watched.Store.Current.Resources[StoreWrites.Id("reviews")].Document.GetProperty("metadata");
            Assert.Equal(4, watched.Store.Current.Version);
            Assert.Equal(2, metadata.GetProperty("generation").GetInt64());
            Assert.Equal(first.Document.GetProperty("metadata").GetProperty("uid").GetString(), metadata.GetProperty("uid").GetString());
            Assert.False(watched.Store.History.TryGetChanges(3, out _));
        }
    }

    [Fact]
    public async Task Open_AfterARemovalMeanwhile_GoesOnWithAnotherVersion()
    {
        _folder.Write("mesh.yaml", Reviews);
        await using (var watched = new WatchedStore(_folder))
        {
            Assert.Equal(1, watched.Store.Current.Version);
        }

        File.Delete(_folder.File("mesh.yaml"));
        await using (var watched = new WatchedStore(_folder))
        {
            Assert.Equal(2, watched.Store.Current.Version);
        }
    }

    [Fact]
    public async Task WriteAsync_FileThatAPersonBroke_IsRefused()
    {
        _folder.Write("mesh.yaml", Reviews);
        await using var watched = new WatchedStore(_folder);
        watched.Logs.Expect("ConfigFileRejected");
        _folder.Write("mesh.yaml", Reviews + "half: [writ");

        // At once: the write finds what the watch has not told yet.
        var result = await watched.WriteAsync(StoreWrites.Put("reviews", "v2"));

        Assert.Equal((WriteStatus.Refused, WriteRefusal.Broken), (result.Status, result.Refusal));
        Assert.Contains("mesh.yaml is broken and its last good version is served", result.Message, StringComparison.Ordinal);
        Assert.Equal(Reviews + "half: [writ", _folder.Read("mesh.yaml"));
        Assert.Equal(["reviews"], watched.Names);
    }

    [Fact]
    public async Task WriteAsync_EditedAtTheSameTime_LosesNeither()
    {
        _folder.Write("mesh.yaml", Reviews + "---\n" + Ratings);
        await using var watched = new WatchedStore(_folder);
        var seen = watched.Store.Current.Resources[StoreWrites.Id("reviews")].ResourceVersion;

        _folder.Write("mesh.yaml", Reviews + "---\n" + Ratings.Replace("ratings-v1", "by-hand", StringComparison.Ordinal));
        Assert.Equal(WriteStatus.Done, (await watched.WriteAsync(StoreWrites.Put("reviews", "by-api"), seen)).Status);
        Assert.Contains("host: by-hand", _folder.Read("mesh.yaml"), StringComparison.Ordinal);
        Assert.Contains("host: by-api", _folder.Read("mesh.yaml"), StringComparison.Ordinal);

        seen = watched.Store.Current.Resources[StoreWrites.Id("ratings")].ResourceVersion;
        _folder.Write("mesh.yaml", _folder.Read("mesh.yaml").Replace("by-hand", "by-hand-again", StringComparison.Ordinal));
        Assert.Equal(WriteStatus.Conflict, (await watched.WriteAsync(StoreWrites.Put("ratings", "lost"), seen)).Status);
        Assert.Contains("host: by-hand-again", _folder.Read("mesh.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_ResourceInAList_ReplacesAndRemovesItsItem()
    {
        var list = "apiVersion: v1\nkind: List\nitems:\n# first\n" + AsItem(Reviews) + "# second\n" + AsItem(Ratings) + "metadata: {}\n";
        _folder.Write("list.yaml", list);
        await using var watched = new WatchedStore(_folder);

        await watched.WriteAsync(StoreWrites.Put("reviews", "v7"));
        var text = _folder.Read("list.yaml");
        Assert.EndsWith("# second\n" + AsItem(Ratings) + "metadata: {}\n", text, StringComparison.Ordinal);
        Assert.Contains("        host: v7", text, StringComparison.Ordinal);

        await watched.DeleteAsync("reviews");
        Assert.Equal("apiVersion: v1\nkind: List\nitems:\n# first\n# second\n" + AsItem(Ratings) + "metadata: {}\n", _folder.Read("list.yaml"));
        await watched.DeleteAsync("ratings");
        Assert.False(File.Exists(_folder.File("list.yaml")));
    }

    [Fact]
    public async Task WriteAsync_JsonFile_StaysJson()
    {
        _folder.Write("reviews.json", """{"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"reviews"},"spec":{"hosts":["reviews"],"http":[{"route":[{"destination":{"host":"v1"}}]}]}}""");
        await using var watched = new WatchedStore(_folder);

        await watched.WriteAsync(StoreWrites.Put("reviews", "v2"));

        using var json = JsonDocument.Parse(_folder.Read("reviews.json"));
        Assert.Equal("reviews", json.RootElement.GetProperty("metadata").GetProperty("name").GetString());
    }

    [Fact]
    public async Task WriteAsync_ShadowedElsewhere_RemovesAllOfThem()
    {
        _folder.Write("a.yaml", Reviews);
        _folder.Write("b.yaml", Reviews + "---\n" + Ratings);
        await using var watched = new WatchedStore(_folder);
        watched.Logs.Expect("ConfigWarning");

        await watched.DeleteAsync("reviews");

        Assert.Equal(["ratings"], watched.Names);
        Assert.False(File.Exists(_folder.File("a.yaml")));
    }

    private const string Reviews = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: reviews}\nspec:\n  hosts: [reviews]\n  http:\n  - route:\n    - destination: {host: reviews-v1} # stays\n";
    private const string Ratings = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: ratings}\nspec:\n  hosts: [ratings]\n  http:\n  - route:\n    - destination: {host: ratings-v1}\n";

    private static string AsItem(string document) => "- " + document.TrimEnd('\n').Replace("\n", "\n  ", StringComparison.Ordinal) + "\n";
}
