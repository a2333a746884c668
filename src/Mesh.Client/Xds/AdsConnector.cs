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
    private readonly AdsChannels _channels;
    private readonly PreferredServer _preferred;
    private readonly XdsClientOptions _options;
    private readonly StepQueue _queue;
    private readonly ResourceTables _tables;
    private readonly ILogger _logger;
    private readonly ITimer _retry;
    private readonly ITimer _silence;
    private readonly ITimer _acceptance;

    private volatile XdsConnectionState _state;

    // Owned by the queue.
    private AdsStream? _stream;
    private WorkloadRegistration? _registration;
    private DateTimeOffset? _lastReturn;
    private bool _outageTold;
    private bool _staysWithFirst;
    private bool _stopped;

    public AdsConnector(ServerRotation servers, ConnectBackoff returnBackoff, XdsClientOptions options, StepQueue queue, ResourceTables tables, ILogger logger)
    {
        (_servers, _options, _queue, _tables, _logger) = (servers, options, queue, tables, logger);
        _channels = new AdsChannels(servers, options, tables, queue, logger);
        _state = new XdsConnectionState(XdsConnectionStatus.Idle, queue.Now) { Protocol = options.Protocol };
        _preferred = new PreferredServer(servers, returnBackoff, server => _channels.TryCreateStream(server, this, out var stream, out _) ? stream : null, queue);
        _retry = queue.CreateTimer(Connect);
        _silence = queue.CreateTimer(OnSilence);
        _acceptance = queue.CreateTimer(() => OnOpened(_stream));
    }

    public event Action<XdsConnectionState>? StateChanged;

    /// <summary>Resources changed, or what is known of them; on the queue.</summary>
    public event Action? ConfigurationChanged;

    public XdsBootstrap Bootstrap => _servers.Bootstrap;

    public XdsConnectionState State => _state;

    /// <summary>Whether a server has said that it is one of the mesh: those know its own types, others need not pass over them.</summary>
    public bool HasMetMesh { get; private set; }

    /// <summary>Whether a server has answered on the stream that is open now.</summary>
    public bool IsAnswered => _stream is { HasResponded: true };

    public void Connect()
    {
        if (_stopped || _stream is not null)
        {
            return;
        }

        _staysWithFirst = false;
        if (_servers.Next() is not { } server)
        {
            BackOff(new InvalidOperationException("The xDS bootstrap names no server."));
            return;
        }

        SetState(_state with { Status = XdsConnectionStatus.Connecting, Server = server, Protocol = _servers.ProtocolOf(server), NextAttempt = null });
        if (_channels.TryCreateStream(server, this, out _stream, out var error))
        {
            _stream.Start();
            return;
        }

        Fail(error);
    }

    /// <summary>A channel of its own, for other services of the server that answers now; null while none does.</summary>
    public GrpcChannel? OpenBeside() =>
        _state is { Status: XdsConnectionStatus.Connected, Server: { } server } ? _channels.OpenBeside(server) : null;

    public void Announce(WorkloadRegistration registration)
    {
        if (registration != _registration)
        {
            _registration = registration;
            _stream?.NodeChanged();
        }
    }

    /// <summary>Tells the server of names that came or went.</summary>
    public void Flush()
    {
        _stream?.Flush();
        _preferred.Stream?.Flush();
        if (_staysWithFirst && _stream is null && _tables.HasUnanswered && _servers.Advance())
        {
            // gRFC A71: something is wanted now that nothing is known of.
            Connect();
        }
    }

    public Node CreateNode() => NodeEncoder.Encode(Bootstrap.Node, _registration);

    public void OnOpened(AdsStream? stream)
    {
        if (stream is { HasHeardServer: true } && stream == _stream && _state.Status != XdsConnectionStatus.Connected)
        {
            _acceptance.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            SetState(_state with { Status = XdsConnectionStatus.Connected, EverConnected = true, LastError = null });
            XdsClientLog.Connected(_logger, _state.Server, stream.Protocol);
        }
    }

    public void OnSent(AdsStream stream)
    {
        if (stream == _stream && _state.Status is XdsConnectionStatus.Connecting)
        {
            // A server with nothing to add to what is held may stay silent, even in its headers: who speaks HTTP/2 and does not refuse soon has accepted.
            _acceptance.Change(_options.AcceptanceTime, _options.AcceptanceTime);
        }
    }

    public void OnUpdate(AdsStream stream, AdsUpdate update)
    {
        if (stream == _preferred.Stream)
        {
            ChangeTo(_preferred.Take());
        }

        OnOpened(stream);
        _servers.Succeeded();
        _preferred.Watch();
        _outageTold = false;
        HasMetMesh |= MeshServer.Is(update.ServerIdentifier);
        if (_tables.Find(update.TypeUrl) is not { } table)
        {
            XdsClientLog.UnknownType(_logger, update.TypeUrl);
            return;
        }

        var errors = table.Apply(update, _state.Server!.Features.RulesFor(update));
        table.Updates.Count(_state.Server.Address.Authority, update.Resources.Length, errors.Length);
        if (errors.IsEmpty && update.IsStateOfTheWorld)
        {
            table.AcceptedVersion = update.Version;
        }

        stream.Acknowledge(update, errors);
        ConfigurationChanged?.Invoke();
    }

    public void OnAsked(AdsStream stream, ResourceTable table, IReadOnlyCollection<string> names)
    {
        if (stream != _stream)
        {
            return;
        }

        var timeout = _state.Server!.Features.ResourceTimerIsTransientError ? _options.TransientResourceTimeout : _options.ResourceTimeout;
        table.StartDeadlines(names, _queue.Now + timeout);
        if (!stream.HasResponded && _servers.HasMore)
        {
            _silence.Change(timeout, Timeout.InfiniteTimeSpan);
        }

        ConfigurationChanged?.Invoke();
    }

    /// <summary>Gives up on resources that are due, in the way of the server that was asked.</summary>
    public void ExpireResources() => _tables.Expire(_queue.Now, (_state.Server?.Features ?? XdsServerFeatures.None).Silence, answersForAll: HasMetMesh && _stream is { Protocol: XdsProtocol.Delta });

    public void OnEnded(AdsStream stream, Exception? error)
    {
        if (stream == _preferred.Stream)
        {
            _preferred.Failed(stream.IsRefused(error));
            return;
        }

        if (stream != _stream)
        {
            return;
        }

        Leave(stream);
        if (stream.IsRefused(error))
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
        await Task.WhenAll(_retry.DisposeAsync().AsTask(), _silence.DisposeAsync().AsTask(), _acceptance.DisposeAsync().AsTask()).ConfigureAwait(false);
        SetState(_state with { Status = XdsConnectionStatus.Stopped, NextAttempt = null });
        await _preferred.DisposeAsync().ConfigureAwait(false);
        if (_stream is not null)
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
            _stream = null;
        }
    }

    /// <summary>A server that is preferred answers again: it takes over, and the other is left in peace.</summary>
    private void ChangeTo(AdsStream stream)
    {
        if (_stream is { } other)
        {
            Leave(other);
        }

        _retry.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _stream = stream;
        var server = _servers.At(_servers.Index);
        SetState(_state with { Status = XdsConnectionStatus.Connected, Server = server, Protocol = stream.Protocol, EverConnected = true, LastError = null, NextAttempt = null });
        XdsClientLog.Returned(_logger, server);
    }

    private void Leave(AdsStream stream)
    {
        _stream = null;
        _silence.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _acceptance.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _ = stream.DisposeAsync().AsTask();
        _tables.StopDeadlines();
    }

    /// <summary>A server that takes the stream and says nothing is as good as gone, if there is another to ask.</summary>
    private void OnSilence()
    {
        if (_stream is { HasResponded: false } stream && _servers.HasMore)
        {
            Leave(stream);
            Fail(new TimeoutException("The server accepted the stream and answered nothing."));
        }
    }

    /// <summary>The next server at once; after the last one of the list, a pause.</summary>
    private void Fail(Exception error)
    {
        _preferred.Stop();
        if (_servers.HasMore && Bootstrap.FallsBackOnlyWhenUncached && !_tables.HasUnanswered)
        {
            _staysWithFirst = true;
        }
        else if (_servers.Advance())
        {
            XdsClientLog.AttemptFailed(_logger, _servers.Failures + 1, _state.Server, error.Message, TimeSpan.Zero);
            Connect();
            return;
        }

        BackOff(error);
    }

    private void BackOff(Exception error)
    {
        var delay = _servers.Pause(error);
        XdsClientLog.AttemptFailed(_logger, _servers.Failures, _state.Server, error.Message, delay);
        if (!_outageTold)
        {
            _outageTold = true;
            XdsClientLog.Disconnected(_logger, _state.Server, error.Message);
        }

        // First: whatever those do who are told of it, the next attempt comes.
        _retry.Change(delay, Timeout.InfiniteTimeSpan);
        SetState(_state with { Status = XdsConnectionStatus.BackingOff, NextAttempt = _queue.Now + delay, LastError = error.Message });
        ConfigurationChanged?.Invoke();
    }

    private void SetState(XdsConnectionState state)
    {
        _state = state with { Since = _queue.Now };
        StateChanged?.Invoke(_state);
    }
}
