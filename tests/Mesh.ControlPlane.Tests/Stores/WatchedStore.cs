using System.Threading.Channels;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Stores.Folder;
using Mesh.Testing.Logging;
using Microsoft.Extensions.Logging;

namespace Mesh.ControlPlane.Tests.Stores;

/// <summary>A store over a temporary folder whose states a test can wait for.</summary>
internal sealed class WatchedStore : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly Channel<bool> _changes = Channel.CreateUnbounded<bool>();

    public WatchedStore(TemporaryFolder folder, TimeProvider? time = null, Func<FolderConfigStoreOptions, FolderConfigStoreOptions>? configure = null)
    {
        var options = new FolderConfigStoreOptions { Folder = folder.Path };
        Store = FolderConfigStore.Open(configure?.Invoke(options) ?? options, Logs.CreateLogger<FolderConfigStore>(), time ?? TimeProvider.System);
        Store.Changed += () => Changes.Writer.TryWrite(true);
    }

    public LogCollector Logs { get; } = new();

    public FolderConfigStore Store { get; }

    public Channel<bool> Changes => _changes;

    public string[] Names => [.. Store.Current.Resources.Keys.Select(id => id.Name).Order(StringComparer.Ordinal)];

    /// <summary>Waits until the snapshot is as wanted, waking at each change.</summary>
    public async Task<ConfigSnapshot> ReachesAsync(Func<ConfigSnapshot, bool> wanted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            while (!wanted(Store.Current))
            {
                await Changes.Reader.ReadAsync(limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Not reached. Served: {string.Join(", ", Names)}; log: {string.Join('\n', Logs.Entries)}");
        }

        return Store.Current;
    }

    public Task<ConfigSnapshot> ServesAsync(params string[] names) => ReachesAsync(_ => Names.SequenceEqual(names));

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Logs.VerifyNoUnexpected();
    }
}
