using System.Collections.Immutable;
using Google.Protobuf;
using Mesh.Client.Xds.Guards;
using Mesh.Client.Xds.Resources;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.Client.Xds.Streams;

/// <summary>What both forms of the protocol share: one message on its way out, one response in work, node and nonces.</summary>
internal abstract class GrpcAdsStream<TRequest, TResponse> : AdsStream
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private const int MaxErrorLength = 4096;

    // The same number in both forms. One response that is too large must not keep the other types from coming.
    private static readonly GrpcCallOptions Options = new() { BulkField = DiscoveryResponse.ResourcesFieldNumber };

    private readonly GrpcChannel _channel;
    private readonly GrpcMethod<TRequest, TResponse> _method;
    private readonly IAdsStreamOwner _owner;
    private readonly StepQueue _queue;
    private readonly CancellationTokenSource _stop = new();
    private readonly ImmutableArray<TypeProgress> _types;
    private readonly StaleServerGuard _stale;

    // Owned by the queue.
    private GrpcCall<TRequest, TResponse>? _call;
    private TaskCompletionSource? _responseDone;
    private string? _serverIdentifier;
    private int _nodeVersion = 1;
    private int _sentNodeVersion;
    private bool _writing;
    private bool _isBroken;
    private bool _ended;

    protected GrpcAdsStream(GrpcChannel channel, GrpcMethod<TRequest, TResponse> method, ResourceTables tables, IAdsStreamOwner owner, StepQueue queue, StaleServerGuard stale)
    {
        _channel = channel;
        _method = method;
        _owner = owner;
        _queue = queue;
        _types = [.. tables.All.Select(table => new TypeProgress(table))];
        _stale = stale;
    }

    public override bool HasHeardServer => _channel.HasHeardServer;

    public override void Start()
    {
        _call = _channel.Start(_method, Options, _stop.Token);
        _ = ObserveHeadersAsync(_call);
        _ = ReadAllAsync(_call);
        Flush();
    }

    public override void Acknowledge(AdsUpdate update, ImmutableArray<string> errors)
    {
        var progress = _types.Single(type => type.Table.TypeUrl == update.TypeUrl);
        progress.Nonce = update.Nonce;
        progress.OwesAnswer = true;
        progress.Error = errors.IsEmpty ? null : Shorten(string.Join(" | ", errors));
    }

    public override void NodeChanged()
    {
        _nodeVersion++;
        Flush();
    }

    public override void Flush()
    {
        if (_writing || _ended || _call is null)
        {
            return;
        }

        var progress = _types.FirstOrDefault(type => type.OwesAnswer) ?? _types.FirstOrDefault(type => type.HasNews && IsKnownToServer(type));
        if (progress is null && !OwesNode)
        {
            return;
        }

        // Only the first message must carry the node; it needs a type, and endpoints are the one whose empty list of names asks for nothing.
        var carrier = progress ?? _types.FirstOrDefault(type => type.IsStarted) ?? _types[^1];
        var asked = progress is null ? [] : progress.Missing;
        var message = Compose(carrier, OwesNode ? TakeNode() : null);
        _writing = true;
        _ = WriteAsync(_call, message, carrier, asked);
    }

    public override async ValueTask DisposeAsync()
    {
        _ended = true;
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_call is not null)
        {
            await _call.DisposeAsync().ConfigureAwait(false);
        }

        _channel.Dispose();
        _stop.Dispose();
    }

    /// <summary>The next message about a type, which then counts as said.</summary>
    protected abstract TRequest Compose(TypeProgress progress, Node? node);

    protected abstract AdsUpdate Read(TResponse response);

    // A foreign server is told only once: it may not expect a second node (Envoy xDS protocol). Ours reads it again.
    private bool OwesNode =>
        _sentNodeVersion == 0
        || (_sentNodeVersion != _nodeVersion && (_serverIdentifier is null || MeshServer.Is(_serverIdentifier)));

    // A foreign server need not pass over types that it has never heard of: ours alone is asked, once it has said who it is.
    private bool IsKnownToServer(TypeProgress type) =>
        type.Table.TypeUrl != XdsTypeUrl.WorkloadTelemetry || (_serverIdentifier is { } identifier && MeshServer.Is(identifier));

    private Node TakeNode()
    {
        _sentNodeVersion = _nodeVersion;
        return _owner.CreateNode();
    }

    private async Task WriteAsync(GrpcCall<TRequest, TResponse> call, TRequest message, TypeProgress progress, IReadOnlyCollection<string> asked)
    {
        try
        {
            await call.WriteAsync(message, _stop.Token).ConfigureAwait(false);
            _queue.Post(() => OnWritten(progress, asked));
        }
        catch (Exception exception) when (exception is GrpcException or OperationCanceledException or ObjectDisposedException)
        {
            _queue.Post(OnBroken);
        }
    }

    /// <summary>Nothing can be said any more. The reading side finds the true end of the call: it must not wait until what came has been answered.</summary>
    private void OnBroken()
    {
        _isBroken = true;
        ResponseDone();
    }

    private void OnWritten(TypeProgress progress, IReadOnlyCollection<string> asked)
    {
        _writing = false;
        if (_ended)
        {
            return;
        }

        _owner.OnSent(this);
        if (asked.Count > 0)
        {
            _owner.OnAsked(this, progress.Table, asked);
        }

        if (_responseDone is not null && !_types.Any(type => type.OwesAnswer))
        {
            ResponseDone();
        }

        Flush();
    }

    private async Task ObserveHeadersAsync(GrpcCall<TRequest, TResponse> call)
    {
        try
        {
            var headers = await call.ResponseHeadersAsync.ConfigureAwait(false);
            if (!headers.NonValidated.Contains("grpc-status"))
            {
                _queue.Post(() => Unless(_ended, () => _owner.OnOpened(this)));
            }
        }
        catch (Exception exception) when (exception is GrpcException or OperationCanceledException or ObjectDisposedException)
        {
            // The reading side tells.
        }
    }

    private async Task ReadAllAsync(GrpcCall<TRequest, TResponse> call)
    {
        Exception? end = null;
        try
        {
            while (await call.ReadAsync(_stop.Token).ConfigureAwait(false) is { } response)
            {
                var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var refusal = call.OversizedLength is { } length ? TooLarge(length) : null;
                _queue.Post(() => Unless(_ended, () => OnUpdate(Read(response) with { Refusal = refusal }, done)));
                await done.Task.WaitAsync(_stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            end = exception;
        }

        _queue.Post(() => Unless(_ended, () => OnEnded(end)));
    }

    private void OnUpdate(AdsUpdate update, TaskCompletionSource done)
    {
        if (_stale.Refuses(update.ServerIdentifier))
        {
            // Neither taken nor answered: another server is asked, or this one again when it has caught up.
            OnEnded(new InvalidOperationException("The control plane has an older version of the store than this process has seen."));
            return;
        }

        HasResponded = true;
        _responseDone = done;
        _serverIdentifier = update.ServerIdentifier;
        _owner.OnUpdate(this, update);
        Flush();
        if (_isBroken || (!_types.Any(type => type.OwesAnswer) && !_writing))
        {
            ResponseDone();
        }
    }

    private void OnEnded(Exception? error)
    {
        _ended = true;
        _owner.OnEnded(this, error);
    }

    private void ResponseDone()
    {
        _responseDone?.TrySetResult();
        _responseDone = null;
    }

    private static void Unless(bool condition, Action step)
    {
        if (!condition)
        {
            step();
        }
    }

    private string TooLarge(uint length) =>
        $"a response of {length} bytes was not read, at most {_channel.Options.MaxReceiveMessageSize} are allowed; raise Mesh:Xds:MaxMessageSize, or let the control plane send less at a time";

    private static string Shorten(string text) => text.Length <= MaxErrorLength ? text : text[..MaxErrorLength] + "…";
}
