using Mesh.Config;
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
}
