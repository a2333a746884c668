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
    private readonly Func<XdsBootstrap> _readBootstrap;
    private readonly XdsClientOptions _options;
    private readonly TimeProvider _time;
    private readonly StepQueue _queue;
    private readonly ResourceTables _tables;
    private readonly Action _configurationChanged;
    private readonly ILogger _logger;
    private readonly ConnectBackoff _backoff;
    private readonly ITimer _retry;
    private readonly HashSet<Uri> _withoutDelta = [];

    private volatile XdsConnectionState _state;

    // Owned by the queue.
    private AdsStream? _stream;
    private WorkloadRegistration? _registration;
    private DateTimeOffset? _lastReturn;
    private int _server;
    private bool _outageTold;
    private bool _stopped;

    public AdsConnector(
        Func<XdsBootstrap> readBootstrap, XdsClientOptions options, TimeProvider time, Random random, StepQueue queue, ResourceTables tables,
        Action configurationChanged, ILogger logger)
    {
        _readBootstrap = readBootstrap;
        Bootstrap = readBootstrap();
        _options = options;
        _time = time;
        _queue = queue;
        _tables = tables;
        _configurationChanged = configurationChanged;
        _logger = logger;
        _backoff = new ConnectBackoff(options, random);
        _state = new XdsConnectionState(XdsConnectionStatus.Idle, time.GetUtcNow()) { Protocol = options.Protocol };
        _retry = time.CreateTimer(_ => queue.Post(Connect), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public event Action<XdsConnectionState>? StateChanged;

    public XdsBootstrap Bootstrap { get; private set; }

    public XdsConnectionState State => _state;

    public void Connect()
    {
        if (_stopped || _stream is not null)
        {
            return;
        }

        ReadBootstrap();
        if (Bootstrap.Servers.IsEmpty)
        {
            BackOff(new InvalidOperationException("The xDS bootstrap names no server."));
            return;
        }

        var server = Bootstrap.Servers[_server % Bootstrap.Servers.Length];
        var protocol = _withoutDelta.Contains(server.Address) ? XdsProtocol.StateOfTheWorld : _options.Protocol;
        SetState(_state with { Status = XdsConnectionStatus.Connecting, Server = server, Protocol = protocol, NextAttempt = null });
        var channel = new GrpcChannel(server.Address, new GrpcChannelOptions { MaxReceiveMessageSize = _options.MaxMessageSize, TimeProvider = _time });
        _stream = protocol == XdsProtocol.Delta
            ? new DeltaAdsStream(channel, _tables, this, _queue)
            : new SotwAdsStream(channel, _tables, this, _queue);
        _stream.Start();
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
        _backoff.Reset();
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
        _configurationChanged();
    }

    public void OnAsked(AdsStream stream, ResourceTable table, IReadOnlyCollection<string> names)
    {
        table.StartDeadlines(names, _time.GetUtcNow() + _options.ResourceTimeout);
        _configurationChanged();
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
            _withoutDelta.Add(_state.Server!.Address);
            Connect();
        }
        else if (stream.HasResponded && (_lastReturn is null || _time.GetUtcNow() - _lastReturn >= _options.BackoffBase))
        {
            // gRFC A57: no failure. One that answers and ends again and again is not run after.
            _lastReturn = _time.GetUtcNow();
            XdsClientLog.StreamEnded(_logger, _state.Server, error?.Message ?? "OK");
            _server = 0;
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

    /// <summary>The next server at once; after the last one of the list, a pause.</summary>
    private void Fail(Exception error)
    {
        if (++_server < Bootstrap.Servers.Length)
        {
            XdsClientLog.AttemptFailed(_logger, _backoff.Failures + 1, _state.Server, error.Message, TimeSpan.Zero);
            Connect();
            return;
        }

        BackOff(error);
    }

    private void BackOff(Exception error)
    {
        _server = 0;
        var delay = _backoff.Next();
        XdsClientLog.AttemptFailed(_logger, _backoff.Failures, _state.Server, error.Message, delay);
        if (!_outageTold)
        {
            _outageTold = true;
            XdsClientLog.Disconnected(_logger, _state.Server, error.Message);
        }

        SetState(_state with { Status = XdsConnectionStatus.BackingOff, NextAttempt = _time.GetUtcNow() + delay, LastError = error.Message });
        _retry.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private void ReadBootstrap()
    {
        try
        {
            Bootstrap = _readBootstrap();
        }
        catch (Exception exception)
        {
            // The one read before is still good for an attempt.
            XdsClientLog.BootstrapInvalid(_logger, exception.Message);
        }
    }

    private void SetState(XdsConnectionState state)
    {
        _state = state with { Since = _time.GetUtcNow() };
        StateChanged?.Invoke(_state);
    }
}
