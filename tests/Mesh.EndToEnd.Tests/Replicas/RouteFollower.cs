using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Xds;
using Mesh.Testing.Logging;

namespace Mesh.EndToEnd.Tests.Replicas;

/// <summary>A client of the mesh that follows the routes over xDS and knows all replicas.</summary>
internal sealed class RouteFollower : IAsyncDisposable
{
    private readonly XdsClient _client;
    private readonly LogCollector _logs = new();
    private readonly Dictionary<Authority, int> _numbers = [];
    private int _inversions;

    /// <param name="servers">In the order in which it asks them.</param>
    /// <param name="id">Of its node.</param>
    public RouteFollower(IEnumerable<Uri> servers, string id)
    {
        var bootstrap = new XdsBootstrap([.. servers.Select(server => new XdsServer(server))], new XdsNode(id));
        _client = new XdsClient(bootstrap, new XdsClientOptions(), TimeProvider.System, new Random(id.GetHashCode(StringComparison.Ordinal)), _logs);
        _client.SnapshotChanged += See;
        _client.Start();
    }

    /// <summary>How often a route was seen older than before.</summary>
    public int Inversions => _inversions;

    /// <summary>The numbers of all routes in the order of names; -1 for one that is not known.</summary>
    public ImmutableArray<int> Numbers(IEnumerable<string> names) => [.. names.Select(name => NumberOf(_client.Snapshot, new Authority(ObjectWriter.Host(name), 80)))];

    public Task FollowAsync(IEnumerable<string> names, CancellationToken cancellationToken) =>
        Task.WhenAll(names.Select(name => _client.WaitForAsync(new Authority(ObjectWriter.Host(name), 80), cancellationToken)));

    public async ValueTask DisposeAsync() => await _client.DisposeAsync();

    private void See(MeshSnapshot snapshot)
    {
        foreach (var authority in snapshot.Destinations.Keys)
        {
            var number = NumberOf(snapshot, authority);
            if (_numbers.TryGetValue(authority, out var known) && number < known && number >= 0)
            {
                Interlocked.Increment(ref _inversions);
            }

            _numbers[authority] = number;
        }
    }

    private static int NumberOf(MeshSnapshot snapshot, Authority authority) =>
        snapshot.Destinations.GetValueOrDefault(authority)?.VirtualHost?.Routes.FirstOrDefault()?.Action is ForwardAction { Timeout: { } timeout }
            ? (int)Math.Round(timeout.TotalMilliseconds) - 1000
            : -1;
}
