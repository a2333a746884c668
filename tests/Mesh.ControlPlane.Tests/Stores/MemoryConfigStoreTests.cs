using Mesh.Config;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Stores;
using Mesh.Testing;
using Mesh.Testing.Time;

namespace Mesh.ControlPlane.Tests.Stores;

public sealed class MemoryConfigStoreTests
{
    private readonly MemoryConfigStore _store = new(new FakeTimeProvider());
    private int _changes;

    public MemoryConfigStoreTests() => _store.Changed += () => _changes++;

    [Fact]
    public void Apply_NewSameAndChanged_RaisesChangedForNewsOnly()
    {
        _store.Apply(Manifest.Route("a"));
        _store.Apply(Manifest.Route("a"));
        Assert.Equal(1, _changes);

        _store.Apply(Manifest.Route("b"));
        Assert.Equal((2, 2, 2L), (_changes, _store.Current.Resources.Count, _store.Current.Version));
    }

    [Fact]
    public void Apply_OneBadDocument_TakesNothing()
    {
        var exception = Assert.Throws<FormatException>(() => _store.Apply(Manifest.Route("a") + "---\n" + Manifest.VirtualService("b", "hots: []"), "inline"));

        Assert.Contains("inline:16:3: error: VirtualService default/b: spec.hots: unknown field", exception.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (_changes, _store.Current.Resources.Count));
    }

    [Fact]
    public void Delete_Known_RemovesIt()
    {
        _store.Apply(Manifest.Route("a"));
        var id = new ResourceId(ResourceKinds.NetworkingGroup, "VirtualService", "default", "a");

        Assert.True(_store.Delete(id));
        Assert.False(_store.Delete(id));
        Assert.Equal((2, 0), (_changes, _store.Current.Resources.Count));
    }

    [Fact]
    public void Apply_EditedResource_KeepsItsIdentityAndCountsGenerations()
    {
        _store.Apply(Manifest.Route("a"));
        var first = Metadata();
        _store.Apply(Manifest.Route("a", to: "other"));

        Assert.Equal((1, 2), (first.GetProperty("generation").GetInt32(), Metadata().GetProperty("generation").GetInt32()));
        Assert.Equal(first.GetProperty("uid").GetString(), Metadata().GetProperty("uid").GetString());
        Assert.Equal("default", Metadata().GetProperty("namespace").GetString());

        System.Text.Json.JsonElement Metadata() => _store.Current.Resources[StoreWrites.Id("a")].Document.GetProperty("metadata");
    }

    [Fact]
    public async Task WriteAsync_ExpectedVersion_DecidesAboutConflict()
    {
        Assert.Equal((WriteStatus.Done, 1L), StoreWrites.Outcome(await _store.WriteAsync(StoreWrites.Put("a", "v1"), 0)));
        Assert.Equal(WriteStatus.Conflict, (await _store.WriteAsync(StoreWrites.Put("a", "v2"), 0)).Status);
        Assert.Equal(WriteStatus.Unchanged, (await _store.WriteAsync(StoreWrites.Put("a", "v1"), 1)).Status);
        Assert.Equal((WriteStatus.Done, 2L), StoreWrites.Outcome(await _store.WriteAsync(StoreWrites.Put("a", "v2"))));
        Assert.Equal(WriteStatus.Conflict, (await _store.DeleteAsync("a", 1)).Status);
        Assert.Equal((WriteStatus.Done, 3L), StoreWrites.Outcome(await _store.DeleteAsync("a", 2)));
        Assert.Equal((WriteStatus.Absent, 3), ((await _store.DeleteAsync("a")).Status, _changes));
    }

    [Fact]
    public async Task WriteAsync_BeyondTheLimits_IsRefusedWithCounts()
    {
        var store = new MemoryConfigStore(new FakeTimeProvider(), limits: new StoreLimits { ObjectsPerNamespace = 1, ObjectBytes = 1_000 });
        await store.WriteAsync(StoreWrites.Put("a", "v1"));

        Assert.Equal(WriteRefusal.TooMany, (await store.WriteAsync(StoreWrites.Put("b", "v1"))).Refusal);
        Assert.Equal(WriteRefusal.TooLarge, (await store.WriteAsync(StoreWrites.Put("a", "v1", annotations: $$"""{"filling":"{{new string('x', 1_000)}}"}"""))).Refusal);
        Assert.Equal(WriteStatus.Done, (await store.DeleteAsync("a")).Status);
    }
}
