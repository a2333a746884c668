using Mesh.Client.Xds.Streams;

namespace Mesh.Client.Xds;

/// <summary>While a further server of the list is in use, tries those before it until one answers (gRFC A71).</summary>
/// <remarks>Everything runs on the client's queue.</remarks>
internal sealed class PreferredServer : IAsyncDisposable
{
    private readonly ServerRotation _servers;
    private readonly ConnectBackoff _backoff;
    private readonly Func<XdsServer, AdsStream?> _open;
    private readonly ITimer _timer;
    private int _tried = -1;

    /// <param name="servers">The list.</param>
    /// <param name="backoff">Pauses between the rounds.</param>
    /// <param name="open">A stream to a server; null when none can be opened now.</param>
    /// <param name="queue">The client's.</param>
    public PreferredServer(ServerRotation servers, ConnectBackoff backoff, Func<XdsServer, AdsStream?> open, StepQueue queue)
    {
        (_servers, _backoff, _open) = (servers, backoff, open);
        _timer = queue.CreateTimer(Try);
    }

    /// <summary>The stream to a preferred server that has not answered yet; null while none is tried.</summary>
    public AdsStream? Stream { get; private set; }

    /// <summary>The server in use has answered: those before it are tried from now on.</summary>
    public void Watch()
    {
        if (_servers.Index > 0 && _tried < 0)
        {
            _tried = 0;
            Wait();
        }
    }

    /// <summary>The server that <see cref="Stream"/> leads to has answered: the stream goes over to the caller, and its server is the one in use.</summary>
    public AdsStream Take()
    {
        var taken = Stream!;
        _servers.Use(_tried);
        (Stream, _tried) = (null, -1);
        _backoff.Reset();
        return taken;
    }

    /// <summary>The stream has ended without an answer.</summary>
    /// <param name="isRefused">The server does not speak this form of the protocol.</param>
    public void Failed(bool isRefused)
    {
        if (isRefused && _servers.At(_tried) is { } server)
        {
            _servers.AvoidDelta(server);
        }

        Drop();
        TryNext();
    }

    /// <summary>The server in use is gone: the list begins anew.</summary>
    public void Stop()
    {
        Drop();
        _tried = -1;
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        if (Stream is not null)
        {
            await Stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Try()
    {
        if (_tried < 0 || Stream is not null)
        {
            return;
        }

        if (_servers.At(_tried) is not { } server || (Stream = _open(server)) is null)
        {
            TryNext();
            return;
        }

        Stream.Start();
    }

    private void TryNext()
    {
        if (++_tried < _servers.Index)
        {
            Try();
            return;
        }

        _tried = 0;
        Wait();
    }

    private void Wait() => _timer.Change(_backoff.Next(), Timeout.InfiniteTimeSpan);

    private void Drop()
    {
        if (Stream is { } stream)
        {
            Stream = null;
            _ = stream.DisposeAsync().AsTask();
        }
    }
}
