using Mesh.Config.Stores;
using Mesh.Testing;

namespace Mesh.ControlPlane.Tests.Stores;

/// <summary>A start over a folder whose state cannot be written serves what is there, and spoils nothing for the next one.</summary>
public sealed class FolderStartTests : IDisposable
{
    // In the way of the state, as a full disk is; a test of root's has no rights to lack.
    private const string Obstacle = ".mesh/.state.jsonl.mesh.tmp";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task H08_StartOfABackupThatDoesNotGetFar_NextStartStillKnowsThatItIsOne()
    {
        await using (var watched = new WatchedStore(_folder))
        {
            await watched.WriteAsync(StoreWrites.Put("a", "v1"));
        }

        File.Delete(_folder.File(".mesh/lock"));
        Directory.CreateDirectory(_folder.File(Obstacle));
        await using (var watched = new WatchedStore(_folder))
        {
            watched.Logs.Expect("ConfigStateUnwritten");
        }

        Directory.Delete(_folder.File(Obstacle));
        await using (var watched = new WatchedStore(_folder))
        {
            Assert.True(watched.Store.Current.Version > 1_000_000, $"{watched.Store.Current.Version}");
        }

        await using (var watched = new WatchedStore(_folder))
        {
            Assert.True(watched.Store.Current.Version < 2_000_000, "Once is enough.");
        }
    }

    [Fact]
    public async Task H09_StartWhileTheStateCannotBeWritten_ServesAndWritesLater()
    {
        _folder.Write("a.yaml", Manifest.Route("a"));
        Directory.CreateDirectory(_folder.File(Obstacle));
        await using var watched = new WatchedStore(_folder);
        watched.Logs.Expect("ConfigStateUnwritten");

        Assert.Equal(["a"], watched.Names);
        Assert.Equal(WriteRefusal.Unavailable, (await watched.WriteAsync(StoreWrites.Put("b", "v1"))).Refusal);
        _folder.Write("c.yaml", Manifest.Route("c"));
        await watched.ServesAsync("a", "c");

        Directory.Delete(_folder.File(Obstacle));
        Assert.Equal(WriteStatus.Done, (await watched.WriteAsync(StoreWrites.Put("b", "v1"))).Status);
    }
}
