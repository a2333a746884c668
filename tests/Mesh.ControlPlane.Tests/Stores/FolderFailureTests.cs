using System.Diagnostics;
using Mesh.Config;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Stores.Folder.Writing;
using Mesh.Testing;

namespace Mesh.ControlPlane.Tests.Stores;

/// <summary>What stands in the way of a write is said, and nothing is half written.</summary>
public sealed class FolderFailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task H09_DiskFull_IsRefusedAndWorksAgainLater(int step)
    {
        var files = new BreakingFiles { StepsLeft = step };
        await using var watched = new WatchedStore(_folder, configure: options => options with { Files = files });

        var refused = await watched.WriteAsync(StoreWrites.Put("a", "v1"));

        Assert.Equal((WriteStatus.Refused, WriteRefusal.Unavailable), (refused.Status, refused.Refusal));
        Assert.Contains("No space left on device Free space", refused.Message, StringComparison.Ordinal);
        Assert.Empty(watched.Names);
        Assert.DoesNotContain(Directory.GetFiles(_folder.Path, "*a*", SearchOption.AllDirectories), path => Path.GetExtension(path) is ".yaml" or ".tmp");
        Assert.Equal(WriteStatus.Done, (await watched.WriteAsync(StoreWrites.Put("a", "v1"))).Status);
    }

    [Fact]
    public async Task WriteAsync_FailureAfterTheRename_IsWhatTheDiskSays()
    {
        var files = new BreakingFiles();
        await using var watched = new WatchedStore(_folder, configure: options => options with { Files = files });
        await watched.WriteAsync(StoreWrites.Put("a", "v1"));
        (files.StepsLeft, files.IsAfter) = (1, true);

        var refused = await watched.WriteAsync(StoreWrites.Put("a", "v2"));

        Assert.Equal(WriteStatus.Refused, refused.Status);
        var found = watched.Store.Current.Resources[StoreWrites.Id("a")];
        Assert.Equal("v2", StoreWrites.DestinationOf(found));
        Assert.Equal(watched.Store.Current.Version, found.ResourceVersion);
    }

    [Fact]
    public async Task WriteAsync_LinkedFile_IsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        _folder.Write("..real/a.yaml", Manifest.Route("a"));
        File.CreateSymbolicLink(_folder.File("a.yaml"), Path.Combine("..real", "a.yaml"));
        Directory.CreateDirectory(_folder.File("..real/elsewhere"));
        Directory.CreateSymbolicLink(_folder.File("other"), Path.Combine("..real", "elsewhere"));
        await using var watched = new WatchedStore(_folder);

        var file = await watched.WriteAsync(StoreWrites.Put("a", "v2"));
        var folder = await watched.WriteAsync(StoreWrites.Put("b", "v2", ns: "other"));

        Assert.Equal((WriteRefusal.ReadOnly, WriteRefusal.ReadOnly), (file.Refusal, folder.Refusal));
        Assert.Contains("a.yaml is a symbolic link to ..real/a.yaml", file.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.File("..real/elsewhere")));
        Assert.NotNull(new FileInfo(_folder.File("a.yaml")).LinkTarget);
    }

    [Fact]
    public async Task WriteAsync_ReadOnly_IsRefusedAndLeavesNoTrace()
    {
        _folder.Write("a.yaml", Manifest.Route("a"));
        await using var watched = new WatchedStore(_folder, configure: options => options with { IsReadOnly = true });

        var result = await watched.DeleteAsync("a");

        Assert.Equal((WriteStatus.Refused, WriteRefusal.ReadOnly), (result.Status, result.Refusal));
        Assert.Contains("--config-read-only", result.Message, StringComparison.Ordinal);
        Assert.Equal([_folder.File("a.yaml")], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Open_FolderOfAnotherControlPlane_IsServedAndNotWritten()
    {
        await using var first = new WatchedStore(_folder);
        await using var second = new WatchedStore(_folder);

        await first.WriteAsync(StoreWrites.Put("a", "v1"));

        await second.ServesAsync("a");
        Assert.Equal(WriteRefusal.ReadOnly, (await second.WriteAsync(StoreWrites.Put("a", "v2"))).Refusal);
    }

    [Fact]
    public async Task H07_PipeInTheFolder_NobodyWaitsForWhoWritesToIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        using var made = Process.Start("mkfifo", [_folder.File("pipe.yaml")]);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        _folder.Write("a.yaml", Manifest.Route("a"));

        await using var watched = await Task.Run(() => new WatchedStore(_folder)).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        _folder.Write("b.yaml", Manifest.Route("b"));

        await watched.ServesAsync("a", "b");
    }

    [Fact]
    public async Task H07_BeyondTheLimitOfANamespace_IsRefusedThereAlone()
    {
        await using var watched = new WatchedStore(_folder, configure: options => options with { Limits = new StoreLimits { ObjectsPerNamespace = 2, ObjectBytes = 2_000 } });
        await watched.WriteAsync(StoreWrites.Put("a", "v1"));
        await watched.WriteAsync(StoreWrites.Put("b", "v1"));

        var third = await watched.WriteAsync(StoreWrites.Put("c", "v1"));
        var large = await watched.WriteAsync(StoreWrites.Put("a", "v1", annotations: $$"""{"filling":"{{new string('x', 2_000)}}"}"""));

        Assert.Equal((WriteRefusal.TooMany, WriteRefusal.TooLarge), (third.Refusal, large.Refusal));
        Assert.Contains("The namespace default already has 2 resources; at most 2 are stored", third.Message, StringComparison.Ordinal);
        Assert.Equal(WriteStatus.Done, (await watched.WriteAsync(StoreWrites.Put("a", "v2"))).Status);
        Assert.Equal(WriteStatus.Done, (await watched.WriteAsync(StoreWrites.Put("c", "v1", ns: "other"))).Status);
    }

    [Fact]
    public async Task H07_NamespaceThatFloodsTheFolder_LeavesTheOthersAlone()
    {
        _folder.Write("a.yaml", string.Join("---\n", Enumerable.Range(0, 50).Select(index => Manifest.Route($"r{index:00}"))));
        _folder.Write("z.yaml", Manifest.Route("other").Replace("  name: other", "  name: other\n  namespace: quiet", StringComparison.Ordinal));
        await using var watched = new WatchedStore(_folder, configure: options => options with { Limits = new StoreLimits { ObjectsPerNamespace = 10 } });
        watched.Logs.Expect("ConfigWarning");

        Assert.Equal((10, 1), (watched.Store.History.CountIn("default"), watched.Store.History.CountIn("quiet")));
        Assert.Single(watched.Store.Status.Findings, finding => finding.Message.Contains("has more than 10 resources", StringComparison.Ordinal));
    }

    [Fact]
    public async Task H02_HalfALineAtTheEndOfTheState_IsTheCrashItLooksLike()
    {
        await using (var watched = new WatchedStore(_folder))
        {
            await watched.WriteAsync(StoreWrites.Put("a", "v1"));
        }

        await File.AppendAllTextAsync(_folder.File(".mesh/state.jsonl"), """{"version":99,"group":"netw""", TestContext.Current.CancellationToken);
        await using (var watched = new WatchedStore(_folder))
        {
            Assert.Equal((1, 1), (watched.Store.Current.Version, watched.Store.Current.Resources[StoreWrites.Id("a")].ResourceVersion));
        }
    }

    [Fact]
    public async Task Open_DamagedState_GoesOnWellAboveItsVersions()
    {
        await using (var watched = new WatchedStore(_folder))
        {
            await watched.WriteAsync(StoreWrites.Put("a", "v1"));
            await watched.WriteAsync(StoreWrites.Put("b", "v1"));
        }

        var state = _folder.File(".mesh/state.jsonl");
        var lines = await File.ReadAllLinesAsync(state, TestContext.Current.CancellationToken);
        lines[1] = lines[1][..20];
        await File.WriteAllLinesAsync(state, lines, TestContext.Current.CancellationToken);
        await using (var watched = new WatchedStore(_folder))
        {
            watched.Logs.Expect("ConfigStateDamaged");
            Assert.True(watched.Store.Current.Version > 1_000_000);
            Assert.Equal(["a", "b"], watched.Names);
        }
    }

    [Fact]
    public async Task H08_BackupIsRestored_ItsContentIsServedAndNoVersionIsGivenOutTwice()
    {
        await using (var watched = new WatchedStore(_folder))
        {
            await watched.WriteAsync(StoreWrites.Put("a", "v1"));
        }

        var backup = Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock").ToDictionary(file => file, File.ReadAllBytes);
        long lost;
        await using (var watched = new WatchedStore(_folder))
        {
            lost = (await watched.WriteAsync(StoreWrites.Put("a", "v2"))).Version;
            await watched.WriteAsync(StoreWrites.Put("b", "v1"));
        }

        Array.ForEach(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories), File.Delete);
        foreach (var (file, content) in backup)
        {
            await File.WriteAllBytesAsync(file, content, TestContext.Current.CancellationToken);
        }

        await using (var watched = new WatchedStore(_folder))
        {
            var restored = watched.Store.Current.Resources[StoreWrites.Id("a")];
            Assert.Equal(("v1", 1L), (StoreWrites.DestinationOf(restored), restored.ResourceVersion));
            Assert.Equal(["a"], watched.Names);

            // Without a step over what was lost, the next write would have the version that a reader of the lost one still knows.
            var next = await watched.WriteAsync(StoreWrites.Put("a", "v3"), expected: 1);
            Assert.True(next.Version > lost + 1, $"{next.Version}");
            Assert.Equal(WriteStatus.Conflict, (await watched.WriteAsync(StoreWrites.Put("a", "v4"), lost)).Status);
        }

        await using (var watched = new WatchedStore(_folder))
        {
            Assert.True(watched.Store.Current.Version < 2_000_000, "Once is enough.");
        }
    }

    [Fact]
    public async Task H02_LeftoversOfACrash_AreRemoved()
    {
        _folder.Write("ns/kind/.a.yaml.mesh.tmp", "half: [writ");
        _folder.Write("ns/kind/b.yaml", Manifest.Route("b"));
        await using var watched = new WatchedStore(_folder);

        Assert.Equal(["b"], watched.Names);
        Assert.False(File.Exists(_folder.File("ns/kind/.a.yaml.mesh.tmp")));
    }

    [Fact]
    public async Task WriteAsync_Modes_AreKeptAndSecretsAreTheOwners()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Modes are Unix'.");
            return;
        }

        _folder.Write("a.yaml", Manifest.Route("a"));
        File.SetUnixFileMode(_folder.File("a.yaml"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        await using var watched = new WatchedStore(_folder);
        var secret = Assert.Single(Manifest.ReadValid("""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"default"},"data":{"key":"eA=="}}"""));

        await watched.WriteAsync(StoreWrites.Put("a", "v2"));
        await watched.WriteAsync(secret);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(_folder.File("a.yaml")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("default/secrets/s.yaml")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File(".mesh/state.jsonl")));
        Assert.Equal("*\n", _folder.Read(".mesh/.gitignore"));
    }

    [Theory]
    [InlineData("reviews", "default", "default/virtualservices.networking.istio.io/reviews.yaml")]
    [InlineData("system:reader", "", "_cluster/virtualservices.networking.istio.io/system%3Areader.yaml")]
    [InlineData("..", "..", "%2E./virtualservices.networking.istio.io/%2E..yaml")]
    [InlineData("../../etc/x", "a/b", "a%2Fb/virtualservices.networking.istio.io/%2E.%2F..%2Fetc%2Fx.yaml")]
    public void Of_AnyName_StaysInTheFolder(string name, string ns, string expected) =>
        Assert.Equal(expected, FilePlaces.Of(StoreWrites.Id(name, ns), ResourceKinds.VirtualService));

    [Fact]
    public async Task WriteAsync_LongestNames_HaveFilesOfTheirOwn()
    {
        await using var watched = new WatchedStore(_folder);
        var name = string.Join('.', Enumerable.Repeat(new string('n', 49), 5));

        Assert.Equal(WriteStatus.Done, (await watched.WriteAsync(StoreWrites.Put(name + ".a", "v1"))).Status);
        Assert.Equal(WriteStatus.Done, (await watched.WriteAsync(StoreWrites.Put(name + ".b", "v1"))).Status);

        Assert.Equal(2, Directory.GetFiles(_folder.Path, "*.yaml", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task H02_AfterACrashBetweenRecordAndFile_CountsTheRecordBefore()
    {
        var files = new BreakingFiles { IsCrash = true, Failure = () => new InvalidOperationException("crash") };
        Resource before;
        await using (var watched = new WatchedStore(_folder, configure: options => options with { Files = files }))
        {
            await watched.WriteAsync(StoreWrites.Put("a", "v1"));
            await watched.WriteAsync(watched.Store.Current.Resources[StoreWrites.Id("a")].WithStatus("""{"seen":1}"""));
            before = watched.Store.Current.Resources[StoreWrites.Id("a")];
            files.StepsLeft = 1;
            await Assert.ThrowsAsync<InvalidOperationException>(() => watched.WriteAsync(StoreWrites.Put("a", "v2").WithStatus("""{"seen":2}""")));
        }

        await using (var watched = new WatchedStore(_folder))
        {
            var after = watched.Store.Current.Resources[before.Id];
            Assert.Equal((before.ResourceVersion, "v1", 1), (after.ResourceVersion, StoreWrites.DestinationOf(after), after.Document.GetProperty("status").GetProperty("seen").GetInt32()));
            Assert.True(watched.Store.Current.Version > before.ResourceVersion);
        }
    }
}
