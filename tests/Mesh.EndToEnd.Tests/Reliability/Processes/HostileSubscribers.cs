using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.EndToEnd.Tests.Reliability.Processes;

/// <summary>Clients of a control plane that ask for thousands of names that nobody has, and keep their streams.</summary>
internal sealed class HostileSubscribers(Uri controlPlane) : IAsyncDisposable
{
    /// <summary>At a time: what matters is what stays.</summary>
    private const int Together = 10;

    private readonly GrpcChannel _channel = new(controlPlane);
    private readonly List<GrpcCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse>> _open = [];

    public int Served { get; private set; }

    public int Refused { get; private set; }

    public async Task SubscribeAsync(int streams, int names, CancellationToken cancellationToken)
    {
        foreach (var numbers in Enumerable.Range(0, streams).Chunk(Together))
        {
            foreach (var isServed in await Task.WhenAll(numbers.Select(number => IsServedAsync(number, names, cancellationToken))))
            {
                (Served, Refused) = isServed ? (Served + 1, Refused) : (Served, Refused + 1);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var call in _open)
        {
            await call.DisposeAsync();
        }

        _channel.Dispose();
    }

    private async Task<bool> IsServedAsync(int number, int names, CancellationToken cancellationToken)
    {
        var call = _channel.Start(XdsMethods.DeltaAggregatedResources, cancellationToken: cancellationToken);
        lock (_open)
        {
            _open.Add(call);
        }

        try
        {
            await call.WriteAsync(
                new DeltaDiscoveryRequest
                {
                    TypeUrl = XdsTypeUrl.ClusterLoadAssignment,
                    Node = new Node { Id = $"hostile-{number}-{Guid.NewGuid():N}" },
                    ResourceNamesSubscribe = { Enumerable.Range(0, names).Select(name => $"outbound|{name}||{new string('n', 60)}-{number}.default.svc.cluster.local") },
                },
                cancellationToken);
            return await call.ReadAsync(cancellationToken) is not null;
        }
        catch (GrpcException exception) when (exception.Code == GrpcStatusCode.ResourceExhausted)
        {
            return false;
        }
    }
}
