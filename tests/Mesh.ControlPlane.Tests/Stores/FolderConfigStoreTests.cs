using Mesh.Config.Istio.Networking;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Stores.Folder;
using Mesh.Testing;
using Mesh.Testing.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.ControlPlane.Tests.Stores;

public sealed class FolderConfigStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_Tree_ServesItsConfigurationFilesOnly()
    {
        _folder.Write("a.yaml", Manifest.Route("a"));
        _folder.Write("sub/deep/b.yml", Manifest.Route("b"));
        _folder.Write("c.json", """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"c"}}""");
        foreach (var name in new[] { ".hidden.yaml", ".#lock.yaml", "a.yaml~", "a.yaml.swp", "4913", "README.md", ".git/d.yaml" })
        {
            _folder.Write(name, "not: [yaml");
        }

        await using var watched = new WatchedStore(_folder);

        Assert.Equal(["a", "b", "c"], watched.Names);
        Assert.Equal(["a.yaml", "c.json", "sub/deep/b.yml"], watched.Store.Status.Files.Select(file => file.Path));
    }

    [Fact]
    public async Task Open_BrokenFile_IsReportedAndTheRestServed()
    {
        _folder.Write("bad.yaml", "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: bad}\nspec: {hots: [a]}\n");
        _folder.Write("good.yaml", Manifest.Route("good"));

        await using var watched = new WatchedStore(_folder);
        watched.Logs.Expect("ConfigFileRejected");

        Assert.Equal(["good"], watched.Names);
        var message = Assert.Single(watched.Logs.Entries, entry => entry.EventName == "ConfigFileRejected").Message;
        Assert.Contains("bad.yaml:4:8: error: VirtualService default/bad: spec.hots: unknown field", message, StringComparison.Ordinal);
        Assert.False(watched.Store.Status.Files[0].Accepted);
    }

    [Fact]
    public void Open_MissingFolder_SaysWhatToDo()
    {
        var exception = Assert.Throws<ConfigFolderException>(() => Open(_folder.File("nowhere")));

        Assert.Contains("nowhere does not exist. Create it", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FileInsteadOfFolder_SaysWhatToDo()
    {
        _folder.Write("file", "");

        Assert.Contains("is a file", Assert.Throws<ConfigFolderException>(() => Open(_folder.File("file"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_FileWrittenChangedDeleted_IsFollowed()
    {
        await using var watched = new WatchedStore(_folder);

        _folder.Write("sub/a.yaml", Manifest.Route("a"));
        await watched.ServesAsync("a");
        _folder.Write("sub/a.yaml", Manifest.Route("a", to: "other"));
        await watched.ReachesAsync(snapshot => snapshot.Resources.Values.Any(resource => ((VirtualService)resource.Spec!).Http[0].Route[0].Destination.Host == "other"));
        File.Delete(_folder.File("sub/a.yaml"));
        await watched.ServesAsync();
    }

    [Fact]
    public async Task Watch_RenameAndReplace_IsFollowed()
    {
        _folder.Write("a.yaml", Manifest.Route("a"));
        await using var watched = new WatchedStore(_folder);

        File.Move(_folder.File("a.yaml"), _folder.File("a.yaml~"));
        _folder.Write(".a.yaml.tmp", Manifest.Route("b"));
        File.Move(_folder.File(".a.yaml.tmp"), _folder.File("a.yaml"));

        await watched.ServesAsync("b");
    }

    [Fact]
    public async Task Watch_ReplacedByFileWithTheSameStamp_IsFollowed()
    {
        _folder.Write("a.yaml", Manifest.Route("aa"));
        await using var watched = new WatchedStore(_folder);

        _folder.Write(".new", Manifest.Route("bb"));
        File.SetLastWriteTimeUtc(_folder.File(".new"), File.GetLastWriteTimeUtc(_folder.File("a.yaml")));
        File.Move(_folder.File(".new"), _folder.File("a.yaml"), overwrite: true);

        await watched.ServesAsync("bb");
    }

    [Fact]
    public async Task Watch_ConfigMapVolumeSwap_IsFollowed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs mv -T, which renames over a link to a folder.");
        _folder.Write("..1/a.yaml", Manifest.Route("a"));
        _folder.Write("..2/a.yaml", Manifest.Route("b"));
        Directory.CreateSymbolicLink(_folder.File("..data"), "..1");
        File.CreateSymbolicLink(_folder.File("a.yaml"), Path.Combine("..data", "a.yaml"));
        await using var watched = new WatchedStore(_folder);
        Assert.Equal(["a"], watched.Names);

        // As the kubelet does it: one rename over the link.
        Directory.CreateSymbolicLink(_folder.File("..data_tmp"), "..2");
        using var rename = System.Diagnostics.Process.Start("mv", ["-T", _folder.File("..data_tmp"), _folder.File("..data")]);
        await rename.WaitForExitAsync(TestContext.Current.CancellationToken);

        await watched.ServesAsync("b");
    }

    [Fact]
    public async Task Watch_FileBreaksAndHeals_KeepsTheLastGoodVersionBetween()
    {
        _folder.Write("a.yaml", Manifest.Route("a") + "---\n" + Manifest.Route("b"));
        await using var watched = new WatchedStore(_folder);
        watched.Logs.Expect("ConfigFileRejected");

        _folder.Write("a.yaml", Manifest.Route("a", to: "changed") + "---\nhalf: [writ");
        await Eventually.ReachesAsync("the file is rejected", () => watched.Store.Status.Files is [{ Accepted: false }], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["a", "b"], watched.Names);
        Assert.Equal(2, watched.Store.Current.Version);
        Assert.Equal(2, watched.Store.Status.Files[0].Resources);

        _folder.Write("a.yaml", Manifest.Route("c"));
        await watched.ServesAsync("c");
        Assert.Contains(watched.Logs.Entries, entry => entry.EventName == "ConfigFileHealed");
    }

    [Fact]
    public async Task Watch_SameContentRewritten_RaisesNoChange()
    {
        _folder.Write("a.yaml", Manifest.Route("a"));
        await using var watched = new WatchedStore(_folder);

        _folder.Write("a.yaml", "# a comment\n" + Manifest.Route("a"));
        await Eventually.ReachesAsync(
            "the new line is known",
            () => watched.Store.Current.Resources.Values.Single().Origin!.Line == 2,
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.False(watched.Changes.Reader.TryRead(out _));
        Assert.Equal(1, watched.Store.Current.Version);
    }

    [Fact]
    public async Task Watch_SameResourceInTwoFiles_FirstWinsAndBothAreNamed()
    {
        _folder.Write("a.yaml", Manifest.Route("x", to: "first"));
        _folder.Write("b.yaml", Manifest.Route("x", to: "second"));
        await using var watched = new WatchedStore(_folder);
        watched.Logs.Expect("ConfigWarning");

        Assert.Equal("first", HostOf(watched.Store.Current));
        var warning = Assert.Single(watched.Logs.Entries, entry => entry.EventName == "ConfigWarning").Message;
        Assert.Matches(@"b\.yaml:1: warning: VirtualService default/x: .*a\.yaml:1", warning);

        File.Delete(_folder.File("a.yaml"));
        await watched.ReachesAsync(snapshot => HostOf(snapshot) == "second");
    }

    [Fact]
    public async Task Watch_FolderGoneForAWhile_KeepsServingAndComesBack()
    {
        var time = new FakeTimeProvider();
        _folder.Write("c/a.yaml", Manifest.Route("a"));
        await using var watched = new WatchedStore(_folder, time, options => options with { Folder = _folder.File("c") });
        watched.Logs.Expect("ConfigFolderUnreadable").Expect("ConfigFolderUnwatched");

        Directory.Move(_folder.File("c"), _folder.File("away"));
        await AdvanceUntilAsync(time, () => watched.Store.Status.Failure is not null);
        Assert.Equal(["a"], watched.Names);

        _folder.Write("new/b.yaml", Manifest.Route("b"));
        Directory.Move(_folder.File("new"), _folder.File("c"));
        await AdvanceUntilAsync(time, () => watched.Names is ["b"]);
        Assert.Null(watched.Store.Status.Failure);
    }

    [Fact]
    public async Task Poll_ChangeWithoutNotice_IsFoundByLooking()
    {
        // A folder behind a link is swapped: the watch stays on the old one.
        var time = new FakeTimeProvider();
        _folder.Write("one/a.yaml", Manifest.Route("a"));
        _folder.Write("two/a.yaml", Manifest.Route("b"));
        Directory.CreateSymbolicLink(_folder.File("current"), _folder.File("one"));
        await using var watched = new WatchedStore(_folder, time, options => options with { Folder = _folder.File("current") });

        Directory.Delete(_folder.File("current"));
        Directory.CreateSymbolicLink(_folder.File("current"), _folder.File("two"));

        await AdvanceUntilAsync(time, () => watched.Names is ["b"]);
    }

    [Fact]
    public async Task Watch_Burst_IsOneChange()
    {
        await using var watched = new WatchedStore(_folder);

        for (var index = 0; index < 50; index++)
        {
            _folder.Write($"{index}.yaml", Manifest.Route($"r{index}"));
        }

        var announced = 0;
        watched.Store.Changed += () => announced++;
        var snapshot = await watched.ReachesAsync(static snapshot => snapshot.Resources.Count == 50);
        Assert.InRange(announced, 0, 5);
        Assert.Equal(50, snapshot.Version);
    }

    private static FolderConfigStore Open(string folder) =>
        FolderConfigStore.Open(new FolderConfigStoreOptions { Folder = folder }, NullLogger<FolderConfigStore>.Instance, TimeProvider.System);

    private static string HostOf(ConfigSnapshot snapshot) => ((VirtualService)snapshot.Resources.Values.Single().Spec!).Http[0].Route[0].Destination.Host;

    /// <summary>Lets the poll and settle timers come due until the store has seen the file system's state.</summary>
    private static Task AdvanceUntilAsync(FakeTimeProvider time, Func<bool> reached) => Eventually.ReachesAsync(
        "the store looked again",
        () =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return reached();
        },
        cancellationToken: TestContext.Current.CancellationToken);
}
