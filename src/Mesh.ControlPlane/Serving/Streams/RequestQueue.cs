using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Mesh.ControlPlane.Serving.Sessions;

namespace Mesh.ControlPlane.Serving.Streams;

/// <summary>Requests of one stream that were read and are not taken in yet, bounded by number and by memory: a client that does not read its responses must not fill the server with what it says.</summary>
/// <remarks>One adds, one takes.</remarks>
internal sealed class RequestQueue<TRequest>(ServingLimits limits, StreamShare share)
    where TRequest : class
{
    private readonly Channel<(TRequest Request, long Size)> _requests = Channel.CreateBounded<(TRequest, long)>(limits.PendingRequests);
    private readonly Channel<bool> _taken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _size;

    /// <summary>Completes when there is room; a request that is larger than all room goes alone.</summary>
    public async ValueTask AddAsync(TRequest request, CancellationToken cancellationToken)
    {
        var size = StreamMemory.SizeOf(request);
        while (Volatile.Read(ref _size) is > 0 and var held && held + size > limits.PendingSize)
        {
            await _taken.Reader.ReadAsync(cancellationToken);
        }

        share.Take(size);
        Interlocked.Add(ref _size, size);
        await _requests.Writer.WriteAsync((request, size), cancellationToken);
    }

    public bool TryTake([NotNullWhen(true)] out TRequest? request)
    {
        if (!_requests.Reader.TryRead(out var next))
        {
            request = null;
            return false;
        }

        request = next.Request;
        Interlocked.Add(ref _size, -next.Size);
        share.Give(next.Size);
        _taken.Writer.TryWrite(true);
        return true;
    }
}
