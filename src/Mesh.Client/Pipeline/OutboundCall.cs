using Mesh.Client.LoadBalancing;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Attempts;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Hashing;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Pipeline.Responses;
using Mesh.Client.Propagation;

namespace Mesh.Client.Pipeline;

/// <summary>One logical call on its way through the stages: what they have settled so far. One object a call.</summary>
internal sealed class OutboundCall(
    HttpRequestMessage request,
    OutboundDestination destination,
    OutboundClient client,
    CallContext? context,
    CancellationToken callerToken)
{
    private HttpRequestMessage? _wireRequest;
    private TimeSpan _timeout = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>The application's own request; it looks the same when the call has ended.</summary>
    public HttpRequestMessage Request => request;

    public OutboundDestination Destination => destination;

    public OutboundClient Client => client;

    /// <summary>The request being served for which this call is made; null outside of one.</summary>
    public CallContext? Context => context;

    public CancellationToken CallerToken => callerToken;

    /// <summary>What goes over the wire: <see cref="Request"/> itself unless a rewrite or an edit needs a copy.</summary>
    public HttpRequestMessage WireRequest
    {
        get => _wireRequest ?? request;
        set => _wireRequest = value;
    }

    /// <summary>Set by the route stage.</summary>
    public OutboundRoute Route { get; private set; } = null!;

    /// <summary>The part of the route that was drawn for this call.</summary>
    public OutboundTarget Target { get; private set; } = null!;

    /// <summary>The virtual host whose route it is.</summary>
    public VirtualHost VirtualHost => destination.Table!.VirtualHost;

    /// <summary>Whom it goes to, as far as it has come: to the endpoint of the last attempt, to a cluster, or to nobody that is known.</summary>
    public CallPeer Peer => Endpoint?.Peer ?? Target?.Cluster?.Peer ?? Record?.Answerer ?? destination.Peer;

    /// <summary>What telemetry notes of the call; null when nobody is told of it.</summary>
    public CallRecord? Record { get; set; }

    /// <summary>Of <see cref="Target"/>; the stages before the attempts see to it that there is one.</summary>
    public OutboundCluster Cluster => Target.Cluster!;

    /// <summary>When the call began; null when nothing of the route asks for it.</summary>
    public DateTimeOffset? StartTime => Unusual?.History?.StartTime;

    /// <summary>Whether an injected fault has held the call.</summary>
    public bool IsDelayed => Unusual?.History?.IsDelayed == true;

    /// <summary>Sessions and the cookies of placement; null when the call has neither.</summary>
    public CallAffinity? Affinity { get; set; }

    /// <summary>For consistent hashing; null when no hash policy of the route applies.</summary>
    public ulong? Hash { get; set; }

    /// <summary>Set by the terms stage: when attempts are repeated; null when they are not.</summary>
    public RetryPolicy? Retry { get; set; }

    /// <summary>Set by the terms stage: the limit for the whole call; null means none.</summary>
    public TimeSpan? Timeout
    {
        get => _timeout == System.Threading.Timeout.InfiniteTimeSpan ? null : _timeout;
        set => _timeout = value ?? System.Threading.Timeout.InfiniteTimeSpan;
    }

    public bool IsGrpc { get; set; }

    /// <summary>Of the response that is here.</summary>
    public BodyEnd BodyEnd { get; set; }

    /// <summary>The end of the whole call, from its first attempt on, and of the attempt under way; null when nothing limits either.</summary>
    public Deadline? Deadline { get; set; }

    /// <summary>Null for most calls.</summary>
    public UnusualTerms? Unusual { get; set; }

    /// <summary>Null while no attempt has failed.</summary>
    public CallRetries? Retries { get; set; }

    /// <summary>The header conditions of <see cref="Retry"/>.</summary>
    public RetryHeaders RetryHeaders =>
        ReferenceEquals(Retry, Route.Retry) ? Route.RetryHeaders! : MakeUnusual().RetryHeaders ??= new RetryHeaders(Retry!);

    // The attempt under way; null before the first.
    public OutboundEndpoint Endpoint { get; set; } = null!;

    public long AttemptStart { get; set; }

    /// <summary>Ends the attempt under way: with its own time, the call's, or when the caller gives up.</summary>
    public CancellationToken Token => Deadline?.Token ?? callerToken;

    /// <summary>The route stage has decided.</summary>
    public void Follow(OutboundRoute route, OutboundTarget target)
    {
        (Route, Target) = (route, target);
        if (target.Clock is { } clock)
        {
            MakeUnusual().History = new CallHistory { StartTime = clock.GetUtcNow() };
        }
    }

    /// <summary>The application asked for another cluster than the route's.</summary>
    public void GoTo(OutboundCluster cluster) => Target = Target.At(cluster);

    /// <summary>An injected fault holds the call.</summary>
    public void Delay() => (MakeUnusual().History ??= new CallHistory()).IsDelayed = true;

    /// <summary>What the pick of the next attempt depends on.</summary>
    public PickContext ToPickContext() => new(
        Hash,
        Retries?.Previous ?? Unusual?.Previous,
        Affinity?.Host,
        Affinity?.IsStrict ?? false,
        Retries?.AvoidsPreviousPriorities ?? false,
        Cluster.IsPassthrough ? RequestAuthority.Address(request.RequestUri!) : null,
        Cluster.LaneOf(request));

    /// <summary>The attempt under way has its headers, or has failed: its own time is over.</summary>
    /// <param name="now">As a timestamp.</param>
    public void EndAttempt(long now)
    {
        if (Deadline is not { } deadline)
        {
            return;
        }

        DeadlineHeaders.Withdraw(WireRequest, deadline.Written);
        deadline.Written = default;
        deadline.EndAttempt(now);
        if (deadline.IsOnlyForAttempt)
        {
            deadline.Dispose();
            Deadline = null;
        }
    }

    /// <summary>There will be no other attempt: what was changed in the request for them is undone.</summary>
    public void End(bool succeeded)
    {
        Retries?.End(succeeded);
        AttemptHeaders.Withdraw(this);
        Record?.Withdraw();
        if (Unusual is not { } unusual)
        {
            return;
        }

        if (unusual.Replay is { } replay)
        {
            WireRequest.Content = replay.Inner;
        }

        foreach (var (name, value) in unusual.TakenHeaders ?? [])
        {
            WireRequest.Headers.TryAddWithoutValidation(name, value);
        }

        unusual.TakenHeaders = null;
    }

    public UnusualTerms MakeUnusual() => Unusual ??= new UnusualTerms();
}
