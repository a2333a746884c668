using Mesh.Config.Stores;
using Mesh.Testing;

namespace Mesh.Config.Tests.Stores;

public sealed class ConfigRevisionTests
{
    [Fact]
    public void Compare_SameContentElsewhereInTheFile_IsNoChange()
    {
        var first = Apply(ConfigSnapshot.Empty, Manifest.Route("a"));

        Assert.Empty(ConfigRevision.Compare(first, Manifest.ReadValid("# moved down\n" + Manifest.Route("a")), first.Version));
    }

    [Fact]
    public void Compare_SeveralChanges_EachHasAVersionOfItsOwn()
    {
        var first = Apply(ConfigSnapshot.Empty, Manifest.Route("a") + "---\n" + Manifest.Route("b") + "---\n" + Manifest.Route("c"));

        var changes = ConfigRevision.Compare(first, Manifest.ReadValid(Manifest.Route("d") + "---\n" + Manifest.Route("a", to: "other") + "---\n" + Manifest.Route("b")), first.Version);

        Assert.Equal([(4, "c", false), (5, "a", true), (6, "d", true)], changes.Select(change => (change.Version, change.Id.Name, change.After is not null)));
        Assert.Equal([5, 6], changes.Where(change => change.After is not null).Select(change => change.After!.ResourceVersion));
        Assert.Equal(["c", "a"], changes.Where(change => change.Before is not null).Select(change => change.Before!.Id.Name));
    }

    [Fact]
    public void Compare_VersionsGivenOutElsewhere_AreNotGivenOutAgain()
    {
        var change = Assert.Single(ConfigRevision.Compare(ConfigSnapshot.Empty, Manifest.ReadValid(Manifest.Route("a")), lastVersion: 41));

        Assert.Equal(42, change.Version);
    }

    [Fact]
    public void Compare_AnotherStatusOnly_IsAChange()
    {
        var first = Apply(ConfigSnapshot.Empty, Manifest.Route("a"));

        var changes = ConfigRevision.Compare(first, Manifest.ReadValid(Manifest.Route("a") + "status: {validationMessages: []}\n"), first.Version);

        Assert.Equal(2, Assert.Single(changes).Version);
    }

    private static ConfigSnapshot Apply(ConfigSnapshot previous, string yaml)
    {
        var history = new ConfigHistory();
        history.Reset(previous);
        history.Append(ConfigRevision.Compare(previous, Manifest.ReadValid(yaml), previous.Version));
        return history.Current;
    }
}
