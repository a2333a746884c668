using Mesh.Protocol.Streams;

namespace Mesh.Protocol.Grpc;

/// <summary>A connection that ends when its server says nothing in time.</summary>
/// <remarks>A system takes connections for a process that stands still, and for one behind a proxy that is gone; HTTP/2 begins with a word of the server itself (RFC 9113 3.4).</remarks>
internal sealed class FirstWordStream : PassThroughStream
{
    private readonly GrpcChannelOptions _options;

    // Owned by the reading task.
    private bool _hasCome;

    public FirstWordStream(Stream inner, GrpcChannelOptions options)
        : base(inner)
    {
        _options = options;
        options.FirstWord.Await();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _hasCome ? Inner.ReadAsync(buffer, cancellationToken) : ReadFirstAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadFirstAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_options.FirstWordTimeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            var length = await Inner.ReadAsync(buffer, either.Token).ConfigureAwait(false);
            _hasCome = true;
            _options.FirstWord.Came();
            return length;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"The server took the connection and said nothing within {_options.FirstWordTimeout.TotalSeconds} s.");
        }
    }
}
