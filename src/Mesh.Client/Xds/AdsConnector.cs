using Mesh.Client.Model;
using Mesh.Client.Xds.Resources;
using Mesh.Client.Xds.Streams;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Grpc;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Xds;

/// <summary>Keeps one ADS stream to the first usable server: attempts, pauses, the form of the protocol, and the state of it all.</summary>
/// <remarks>Everything but <see cref="State"/> runs on the client's queue.</remarks>
internal sealed class AdsConnector : IAdsStreamOwner, IAsyncDisposable
{
    private readonly ServerRotation _servers;
    private readonly XdsClientOptions _options;
    private readonly StepQueue _queue;
    private readonly ResourceTables _tables;
    private readonly ILogger _logger;
    private readonly ITimer _retry;

    private volatile XdsConnectionState _state;

    // Owned by the queue.
    private AdsStream? _stream;
    private WorkloadRegistration? _registration;
    private DateTimeOffset? _lastReturn;
    private bool _outageTold;
    private bool _stopped;

    public AdsConnector(ServerRotation servers, XdsClientOptions options, StepQueue queue, ResourceTables tables, ILogger logger)
    {
        _servers = servers;
        _options = options;
        _queue = queue;
        _tables = tables;
        _logger = logger;
        _state = new XdsConnectionState(XdsConnectionStatus.Idle, queue.Now) { Protocol = options.Protocol };
        _retry = queue.CreateTimer(Connect);
    }

    public event Action<XdsConnectionState>? StateChanged;

    /// <summary>Resources changed, or what is known of them; on the queue.</summary>
    public event Action? ConfigurationChanged;

    public XdsBootstrap Bootstrap => _servers.Bootstrap;

    public XdsConnectionState State => _state;

    public void Connect()
    {
        if (_stopped || _stream is not null)
        {
            return;
        }

        if (_servers.Next() is not { } server)
        {
            BackOff(new InvalidOperationException("The xDS bootstrap names no server."));
            return;
        }

        var protocol = _servers.ProtocolOf(server);
        SetState(_state with { Status = XdsConnectionStatus.Connecting, Server = server, Protocol = protocol, NextAttempt = null });
        if (OpenChannel(server) is not { } channel)
        {
            return;
        }

        _stream = protocol == XdsProtocol.Delta
            ? new DeltaAdsStream(channel, _tables, this, _queue)
            : new SotwAdsStream(channel, _tables, this, _queue);
        _stream.Start();
    }

    /// <summary>A channel of its own, for other services of the server that answers now; null while none does.</summary>
    public GrpcChannel? OpenBeside()
    {
        if (_state is not { Status: XdsConnectionStatus.Connected, Server: { } server })
        {
            return null;
        }

        try
        {
            return _options.OpenChannel(server, new GrpcChannelOptions { TimeProvider = _queue.Time });
        }
        catch (Exception exception)
        {
            // A file that is needed cannot be read now; who asks again may have it.
            XdsClientLog.NotOpenedBeside(_logger, server, exception.Message);
            return null;
        }
    }

    public void Announce(WorkloadRegistration registration)
    {
        if (registration != _registration)
        {
            _registration = registration;
            _stream?.NodeChanged();
        }
    }

    /// <summary>Tells the server of names that came or went.</summary>
    public void Flush() => _stream?.Flush();

    public Node CreateNode() => NodeEncoder.Encode(Bootstrap.Node, _registration);

    public void OnOpened(AdsStream stream)
    {
        if (stream == _stream && _state.Status != XdsConnectionStatus.Connected)
        {
            SetState(_state with { Status = XdsConnectionStatus.Connected, EverConnected = true, LastError = null });
            XdsClientLog.Connected(_logger, _state.Server, stream.Protocol);
        }
    }

    public void OnUpdate(AdsStream stream, AdsUpdate update)
    {
        OnOpened(stream);
        _servers.Succeeded();
        _outageTold = false;
        if (_tables.Find(update.TypeUrl) is not { } table)
        {
            XdsClientLog.UnknownType(_logger, update.TypeUrl);
            return;
        }

        var errors = table.Apply(update);
        if (errors.IsEmpty && update.IsStateOfTheWorld)
        {
            table.AcceptedVersion = update.Version;
        }

        stream.Acknowledge(update, errors);
        ConfigurationChanged?.Invoke();
    }

    public void OnAsked(AdsStream stream, ResourceTable table, IReadOnlyCollection<string> names)
    {
        table.StartDeadlines(names, _queue.Now + _options.ResourceTimeout);
        ConfigurationChanged?.Invoke();
    }

    public void OnEnded(AdsStream stream, Exception? error)
    {
        if (stream != _stream)
        {
            return;
        }

        _stream = null;
        _ = stream.DisposeAsync().AsTask();
        _tables.StopDeadlines();
        if (stream is { Protocol: XdsProtocol.Delta, HasResponded: false } && error is GrpcException { Code: GrpcStatusCode.Unimplemented })
        {
            XdsClientLog.DeltaUnsupported(_logger, _state.Server);
            _servers.AvoidDelta(_state.Server!);
            Connect();
        }
        else if (stream.HasResponded && (_lastReturn is null || _queue.Now - _lastReturn >= _options.BackoffBase))
        {
            // gRFC A57: no failure. One that answers and ends again and again is not run after.
            _lastReturn = _queue.Now;
            XdsClientLog.StreamEnded(_logger, _state.Server, error?.Message ?? "OK");
            _servers.Restart();
            Connect();
        }
        else
        {
            Fail(error ?? new InvalidOperationException("The server ended the stream with OK."));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _stopped = true;
        await _retry.DisposeAsync().ConfigureAwait(false);
        SetState(_state with { Status = XdsConnectionStatus.Stopped, NextAttempt = null });
        if (_stream is not null)
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
            _stream = null;
        }
    }

    private GrpcChannel? OpenChannel(XdsServer server)
    {
        try
        {
            return _options.OpenChannel(server, new GrpcChannelOptions { MaxReceiveMessageSize = _options.MaxMessageSize, TimeProvider = _queue.Time });
        }
        catch (Exception exception)
        {
            // A file that is needed cannot be read now; it may be there at the next attempt.
            Fail(exception);
            return null;
        }
    }

    /// <summary>The next server at once; after the last one of the list, a pause.</summary>
    private void Fail(Exception error)
    {
        if (_servers.Advance())
        {
            XdsClientLog.AttemptFailed(_logger, _servers.Failures + 1, _state.Server, error.Message, TimeSpan.Zero);
            Connect();
            return;
        }

        BackOff(error);
    }

    private void BackOff(Exception error)
    {
        var delay = _servers.Pause();
        XdsClientLog.AttemptFailed(_logger, _servers.Failures, _state.Server, error.Message, delay);
        if (!_outageTold)
        {
            _outageTold = true;
            XdsClientLog.Disconnected(_logger, _state.Server, error.Message);
        }

        SetState(_state with { Status = XdsConnectionStatus.BackingOff, NextAttempt = _queue.Now + delay, LastError = error.Message });
        _retry.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private void SetState(XdsConnectionState state)
    {
        _state = state with { Since = _queue.Now };
        StateChanged?.Invoke(_state);
    }
}
