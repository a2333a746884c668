using System.Threading.Channels;
using Mesh.ControlPlane.Serving.Streams;
using Mesh.Protocol.Envoy.Discovery;

namespace Mesh.ControlPlane.Tests.Serving.Streams;

/// <summary>A client that reads only when a test lets it.</summary>
internal sealed class FakeConnection : IXdsConnection<DeltaDiscoveryRequest, DeltaDiscoveryResponse>
{
    private readonly Channel<DeltaDiscoveryRequest> _requests = Channel.CreateUnbounded<DeltaDiscoveryRequest>();
    private readonly Channel<DeltaDiscoveryResponse> _responses = Channel.CreateUnbounded<DeltaDiscoveryResponse>();
    private readonly Channel<bool> _room = Channel.CreateUnbounded<bool>();

    public bool IsAborted { get; private set; }

    /// <summary>How many responses the server has begun to write.</summary>
    public int Begun { get; private set; }

    public void Send(DeltaDiscoveryRequest request) => _requests.Writer.TryWrite(request);

    public void Close() => _requests.Writer.Complete();

    /// <summary>Takes the next response.</summary>
    public async Task<DeltaDiscoveryResponse> TakeAsync(CancellationToken cancellationToken)
    {
        _room.Writer.TryWrite(true);
        return await _responses.Reader.ReadAsync(cancellationToken);
    }

    public async ValueTask<DeltaDiscoveryRequest?> ReadAsync(CancellationToken cancellationToken) =>
        await _requests.Reader.WaitToReadAsync(cancellationToken) && _requests.Reader.TryRead(out var request) ? request : null;

    public async ValueTask WriteAsync(DeltaDiscoveryResponse response, CancellationToken cancellationToken)
    {
        Begun++;
        await _room.Reader.ReadAsync(cancellationToken);
        _responses.Writer.TryWrite(response);
    }

    public void Abort() => IsAborted = true;
}
