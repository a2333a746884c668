namespace Mesh.ControlPlane.Serving.Streams;

/// <summary>The wire of one stream.</summary>
internal interface IXdsConnection<TRequest, TResponse>
    where TRequest : class
{
    /// <summary>The next request, or null when the client sends no more.</summary>
    ValueTask<TRequest?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Completes when the client's flow control took the message.</summary>
    ValueTask WriteAsync(TResponse response, CancellationToken cancellationToken);

    /// <summary>Drops the stream without a word: for a client that does not read any more.</summary>
    void Abort();
}
