using Mesh.Config.Stores;
using Mesh.Testing;

namespace Mesh.Config.Tests.Admission;

public sealed class ConfigRevisionTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Next_SameContent_KeepsVersionAndAge()
    {
        var first = ConfigRevision.Next(ConfigSnapshot.Empty, Manifest.ReadValid(Manifest.Route("a")), Start);

        var second = ConfigRevision.Next(first, Manifest.ReadValid("# moved down\n" + Manifest.Route("a")), Start.AddHours(1));

        Assert.Equal(first.Version, second.Version);
        var resource = Assert.Single(second.Resources.Values);
        Assert.Equal((1, Start, 2), (resource.ResourceVersion, resource.CreationTimestamp, resource.Origin!.Line));
    }

    [Fact]
    public void Next_OneOfTwoChanged_OnlyThatOneGetsTheNewVersion()
    {
        var first = ConfigRevision.Next(ConfigSnapshot.Empty, Manifest.ReadValid(Manifest.Route("a") + "---\n" + Manifest.Route("b")), Start);

        var second = ConfigRevision.Next(first, Manifest.ReadValid(Manifest.Route("a") + "---\n" + Manifest.Route("b", to: "other")), Start.AddHours(1));

        var versions = second.Resources.Values.OrderBy(resource => resource.Id.Name).Select(resource => (resource.ResourceVersion, resource.CreationTimestamp));
        Assert.Equal([(1, Start), (2, Start)], versions);
    }

    [Fact]
    public void Next_ResourceGone_IsANewVersion()
    {
        var first = ConfigRevision.Next(ConfigSnapshot.Empty, Manifest.ReadValid(Manifest.Route("a")), Start);

        Assert.Equal(first.Version + 1, ConfigRevision.Next(first, [], Start).Version);
    }
}
