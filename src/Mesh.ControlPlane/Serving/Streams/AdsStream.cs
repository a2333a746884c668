using System.Threading.Channels;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Serving.Callers;
using Mesh.ControlPlane.Serving.Nodes;
using Mesh.ControlPlane.Serving.Sessions;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Serving.Streams;

/// <summary>Runs one stream: one task reads, one writes. The writer compares the newest state with what was sent, so a slow client has one push pending, never a queue.</summary>
internal sealed class AdsStream<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    private readonly IXdsConnection<TRequest, TResponse> _connection;
    private readonly XdsSession<TRequest, TResponse> _session;
    private readonly ServingContext _context;
    private readonly StreamCaller? _caller;
    private readonly WorkloadRegistrar _registrar;
    private readonly StreamShare _share;
    private readonly RequestQueue<TRequest> _requests;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <param name="connection">The wire.</param>
    /// <param name="session">The protocol state.</param>
    /// <param name="context">What all streams share.</param>
    /// <param name="caller">Who is proved to be at the other end; null on a port without credentials.</param>
    public AdsStream(
        IXdsConnection<TRequest, TResponse> connection, XdsSession<TRequest, TResponse> session, ServingContext context, StreamCaller? caller = null)
    {
        _connection = connection;
        _session = session;
        _context = context;
        _caller = caller;
        _registrar = new WorkloadRegistrar(context.Workloads);
        _share = session.Share = new StreamShare(context.Memory);
        _requests = new RequestQueue<TRequest>(context.Limits, _share);
    }

    /// <summary>Returns when the client is done; throws what ends the call otherwise.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var share = _share;
        if (await ReadFirstAsync(cancellationToken) is not { } first)
        {
            return;
        }

        var node = _session.NodeOf(first);
        _share.Take(StreamMemory.SizeOf(node));
        var client = _context.Clients.Add(Read(node), _session.Protocol, Wake, _caller);
        try
        {
            ServingLog.Connected(_context.Logger, client.Node.Id, client.Protocol, client.StreamId, client.Node.UserAgent);
            _registrar.Apply(client.Node);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var reader = ReadAsync(client, first, node!, stop.Token);
            var writer = WriteAsync(client, stop.Token);
            await EndTogetherAsync(reader, writer, stop);
        }
        finally
        {
            _context.Clients.Remove(client);
            _registrar.End();
            ServingLog.Disconnected(_context.Logger, client.Node.Id, client.StreamId);
        }
    }

    private static async Task EndTogetherAsync(Task reader, Task writer, CancellationTokenSource stop)
    {
        var ended = await Task.WhenAny(reader, writer);
        await stop.CancelAsync();
        var other = ended == reader ? writer : reader;
        await other.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended;
    }

    private async Task<TRequest?> ReadFirstAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_context.Limits.FirstRequestTimeout, _context.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _connection.ReadAsync(both.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new GrpcException(
                GrpcStatusCode.DeadlineExceeded,
                $"The first request must come within {_context.Limits.FirstRequestTimeout.TotalSeconds} s of opening the stream.");
        }
    }

    private async Task ReadAsync(ConnectedClient client, TRequest first, Node firstNode, CancellationToken cancellationToken)
    {
        var pace = new RequestPace(_context.Limits.RequestsPerSecond, _context.TimeProvider);
        var node = firstNode;
        for (var request = first; request is not null; request = await _connection.ReadAsync(cancellationToken))
        {
            // Not left to the writer: that a process drains must be known even while its own stream is slow.
            if (_session.NodeOf(request) is { } sent && !sent.Equals(node))
            {
                _share.Resize(StreamMemory.SizeOf(node), StreamMemory.SizeOf(sent));
                node = sent;
                Update(client, sent);
            }

            if (_session.TypeOf(request) == XdsTypeUrl.HealthInformation)
            {
                _registrar.Report(client.Node, isHealthy: !_session.HasError(request));
            }
            else
            {
                await _requests.AddAsync(request, cancellationToken);
                Wake();
            }

            if (pace.Take() is { Ticks: > 0 } delay)
            {
                await Task.Delay(delay, _context.TimeProvider, cancellationToken);
            }
        }
    }

    private void Update(ConnectedClient client, Node sent)
    {
        var node = Read(sent);
        if (node.Id != client.Node.Id)
        {
            throw NodeChanged(client.Node.Id, node.Id);
        }

        client.Node = node;
        _registrar.Apply(node);
    }

    private ClientNode Read(Node? sent)
    {
        var node = _context.Nodes.Read(sent, _caller?.Namespace);
        return _caller is null ? node : NodeClaims.Require(node, _caller);
    }

    private static GrpcException NodeChanged(string expected, string actual) =>
        new(GrpcStatusCode.InvalidArgument, $"node.id must stay the same on a stream: expected '{expected}', got '{actual}'.");

    private async Task WriteAsync(ConnectedClient client, CancellationToken cancellationToken)
    {
        var state = _context.Scheduler.Released;
        var view = client.Node.View;
        while (await _wake.Reader.WaitToReadAsync(cancellationToken))
        {
            _wake.Reader.TryRead(out _);
            var known = state;
            var (isPush, sent) = (true, false);
            while (true)
            {
                var asked = TakeRequests(client);
                isPush &= !asked;
                state = Later(state, asked ? _context.Scheduler.Newest : _context.Scheduler.Released);
                if (client.Node.View != view)
                {
                    view = client.Node.View;
                    _session.Invalidate();
                }

                if (await GenerateAsync(state, view, cancellationToken) is not { } response)
                {
                    break;
                }

                await SendAsync(client, response, cancellationToken);
                sent = true;
            }

            if (sent && isPush && !ReferenceEquals(known, state))
            {
                _context.Metrics.Converged(_context.TimeProvider.GetElapsedTime(_context.Scheduler.ReleasedChange));
            }
        }
    }

    private static MeshState Later(MeshState held, MeshState offered) => offered.Version >= held.Version ? offered : held;

    /// <summary>True when something new was asked for.</summary>
    private bool TakeRequests(ConnectedClient client)
    {
        var asked = false;
        while (_requests.TryTake(out var request))
        {
            var typeUrl = _session.TypeOf(request);
            var outcome = _session.Accept(request);
            asked |= outcome.HasFlag(RequestOutcome.Subscribed);
            if (outcome.HasFlag(RequestOutcome.UnknownType))
            {
                ServingLog.UnknownType(_context.Logger, client.Node.Id, typeUrl);
            }
            else
            {
                Record(client, _session.Find(typeUrl)!, outcome);
            }
        }

        return asked;
    }

    private void Record(ConnectedClient client, Subscription subscription, RequestOutcome outcome)
    {
        var now = _context.TimeProvider.GetUtcNow();
        var previous = client.Subscriptions.GetValueOrDefault(subscription.TypeUrl);
        var status = SubscriptionStatus.Of(subscription, previous, (outcome & (RequestOutcome.Subscribed | RequestOutcome.Unsubscribed)) != 0);
        if (outcome.HasFlag(RequestOutcome.Stale))
        {
            _context.Metrics.Stale(subscription.TypeUrl);
        }

        if (outcome.HasFlag(RequestOutcome.Acknowledged))
        {
            status = status with { AcceptedAt = now };
        }

        if (outcome.HasFlag(RequestOutcome.Rejected) && subscription.LastRejection is { } rejection)
        {
            status = status with { RejectedAt = now };
            _context.Metrics.Rejected(subscription.TypeUrl);
            ServingLog.Rejected(
                _context.Logger, client.Node.Id, ServedTypes.ShortName(subscription.TypeUrl), rejection.Version, rejection.Code, rejection.Message);
        }

        client.Record(status);
    }

    private async ValueTask<TResponse?> GenerateAsync(MeshState state, ClientView view, CancellationToken cancellationToken)
    {
        await _context.Generation.WaitAsync(cancellationToken);
        try
        {
            return _session.Next(state, view);
        }
        finally
        {
            _context.Generation.Release();
        }
    }

    private async ValueTask SendAsync(ConnectedClient client, TResponse response, CancellationToken cancellationToken)
    {
        var typeUrl = _session.TypeOf(response);
        var start = _context.TimeProvider.GetTimestamp();
        using var timeout = new CancellationTokenSource(_context.Limits.WriteTimeout, _context.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _connection.WriteAsync(response, both.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            ServingLog.WriteTimedOut(
                _context.Logger, client.Node.Id, ServedTypes.ShortName(typeUrl), _context.Limits.WriteTimeout.TotalSeconds, client.StreamId);
            _context.Metrics.WriteTimedOut();
            _connection.Abort();
            throw new GrpcException(GrpcStatusCode.Unavailable, $"A response was not read within {_context.Limits.WriteTimeout.TotalSeconds} s.");
        }

        _context.Metrics.Sent(typeUrl, _context.TimeProvider.GetElapsedTime(start));
        if (_session.Find(typeUrl) is { } subscription)
        {
            var status = SubscriptionStatus.Of(subscription, client.Subscriptions.GetValueOrDefault(typeUrl), namesChanged: false);
            client.Record(status with { SentAt = _context.TimeProvider.GetUtcNow() });
            ServingLog.Sent(_context.Logger, ServedTypes.ShortName(typeUrl), status.SentVersion, client.Node.Id, status.Held);
        }
    }

    private void Wake() => _wake.Writer.TryWrite(true);
}
