using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.Testing;
using Mesh.Testing.Logging;

namespace Mesh.ControlPlane.Tests.Registries;

/// <summary>One registry that is followed, and what is known of it.</summary>
internal sealed class FeedBed : IAsyncDisposable
{
    private readonly LogCollector _logs = new LogCollector().Expect("RegistryStale").Expect("RegistryUnreachable").Expect("RegistryEntrySkipped");

    public FeedBed(IRegistryReader reader, TimeProvider? time = null)
    {
        Feed = new RegistryFeed(new RegistryLabel("test"), reader, time ?? TimeProvider.System, new Random(7), _logs.CreateLogger("feed"));
        Feed.Start();
    }

    public RegistryFeed Feed { get; }

    public Service Service(string host) => Feed.Current.Services.Single(draft => draft.Service.Hostname == host).Service;

    /// <summary>The endpoints of a host as <c>address:port</c>, once they are these.</summary>
    public Task HasAsync(string host, params string[] endpoints) => Eventually.ReachesAsync(
        $"{host} has {string.Join(", ", endpoints)}",
        () => Endpoints(host).Order(StringComparer.Ordinal).SequenceEqual(endpoints.Order(StringComparer.Ordinal)),
        () => $"{string.Join(", ", Endpoints(host))}; {Feed.State}",
        cancellationToken: TestContext.Current.CancellationToken);

    public Task IsAsync(Freshness freshness) => Eventually.ReachesAsync(
        $"the registry is {freshness}", () => Feed.State.Freshness == freshness, () => Feed.State.ToString(), cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Feed.DisposeAsync();
        _logs.Dispose();
    }

    private IEnumerable<string> Endpoints(string host) =>
        Feed.Current.Services.Where(draft => draft.Service.Hostname == host).SelectMany(draft => draft.Endpoints).Select(endpoint => $"{endpoint.Address}:{endpoint.Port}");
}
