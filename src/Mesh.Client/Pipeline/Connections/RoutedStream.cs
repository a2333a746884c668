using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Reports;

namespace Mesh.Client.Pipeline.Connections;

/// <summary>A connection that was routed: it counts at its endpoint until it is disposed, and ends when its time is over.</summary>
internal sealed class RoutedStream : MeshStream
{
    private readonly DialedConnection _connection;
    private readonly string? _cluster;
    private readonly ConnectionLifetime? _lifetime;
    private readonly IConnectionTally? _tally;

    // Interlocked.
    private OutboundEndpoint? _endpoint;

    // Volatile: why the mesh closed it, null while it has not.
    private volatile string? _endReason;

    /// <param name="connection">Owned from now on.</param>
    /// <param name="cluster">Null outside the mesh.</param>
    /// <param name="endpoint">Entered already; null outside the mesh.</param>
    /// <param name="limits">Starts the watch over the connection's time, given what ends it.</param>
    /// <param name="tally">Counts what moves; null when nobody asks.</param>
    public RoutedStream(
        DialedConnection connection,
        string? cluster = null,
        OutboundEndpoint? endpoint = null,
        Func<Action<string>, ConnectionLifetime?>? limits = null,
        IConnectionTally? tally = null)
    {
        (_connection, _cluster, _endpoint, _tally) = (connection, cluster, endpoint, tally);
        _lifetime = limits?.Invoke(End);
    }

    public override EndPoint? RemoteEndPoint => _connection.Socket.RemoteEndPoint;

    public override string? ClusterName => _cluster;

    public override bool CanRead => Inner.CanRead;

    public override bool CanWrite => Inner.CanWrite;

    public override bool CanSeek => false;

    public override bool CanTimeout => Inner.CanTimeout;

    public override int ReadTimeout
    {
        get => Inner.ReadTimeout;
        set => Inner.ReadTimeout = value;
    }

    public override int WriteTimeout
    {
        get => Inner.WriteTimeout;
        set => Inner.WriteTimeout = value;
    }

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    private Stream Inner => _connection.Stream;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfEnded();
        var read = Inner.ReadAsync(buffer, cancellationToken);
        if (!read.IsCompletedSuccessfully)
        {
            return AwaitAsync(read);
        }

        var count = read.Result;
        Received(count);
        return new(count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfEnded();
        _tally?.Sent(buffer.Length);
        var write = Inner.WriteAsync(buffer, cancellationToken);
        if (!write.IsCompletedSuccessfully)
        {
            return AwaitAsync(write);
        }

        _lifetime?.Touch();
        return write;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var count = Inner.Read(buffer);
            Received(count);
            return count;
        }
        catch (Exception exception) when (_endReason is not null)
        {
            throw Ended(exception);
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            Inner.Write(buffer);
            _tally?.Sent(buffer.Length);
            _lifetime?.Touch();
        }
        catch (Exception exception) when (_endReason is not null)
        {
            throw Ended(exception);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    public override void Flush() => Inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => Inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default)
    {
        await Inner.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (Inner is SslStream tls)
        {
            // RFC 8446 6.1: close_notify first, so that the other end knows that nothing was cut off.
            await tls.ShutdownAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            _connection.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        Release();
        await Inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Release();
            Inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void End(string reason)
    {
        _endReason = reason;
        Release();
        _connection.Socket.Dispose();
    }

    private void Received(int count)
    {
        _lifetime?.Touch();
        _tally?.Received(count);
    }

    private void Release()
    {
        _lifetime?.Dispose();
        _tally?.Close();
        Interlocked.Exchange(ref _endpoint, null)?.LeaveConnection();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> AwaitAsync(ValueTask<int> read)
    {
        try
        {
            var count = await read.ConfigureAwait(false);
            Received(count);
            return count;
        }
        catch (Exception exception) when (_endReason is not null)
        {
            throw Ended(exception);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AwaitAsync(ValueTask write)
    {
        try
        {
            await write.ConfigureAwait(false);
            _lifetime?.Touch();
        }
        catch (Exception exception) when (_endReason is not null)
        {
            throw Ended(exception);
        }
    }

    private void ThrowIfEnded()
    {
        if (_endReason is not null)
        {
            throw Ended(cause: null);
        }
    }

    private IOException Ended(Exception? cause) => new($"The mesh closed the connection to {_cluster}: {_endReason}.", cause);
}
