using System.Net;
using Mesh.Client.Faults;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Attempts;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Faults;
using Mesh.Client.Pipeline.Mirrors;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Pipeline.Responses;
using Mesh.Client.Propagation;

namespace Mesh.Client.Pipeline;

/// <summary>The way of an outbound request, stage by stage.</summary>
internal sealed class OutboundPipeline(
    DestinationDirectory directory,
    UnknownDestinationHandler unknownDestination,
    FaultStage faults,
    MirrorStage mirrors,
    AttemptHandler attempts,
    HedgingHandler hedging,
    Random random,
    RequestIds? ids = null,
    CallReporter? reporter = null)
{
    /// <param name="request">Absolute URI; it stays as the application wrote it.</param>
    /// <param name="client">What the caller's HTTP client brings along.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, OutboundClient client, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true })
        {
            throw new InvalidOperationException($"A request through the mesh needs an absolute URI, such as http://reviews:9080/; this one has '{request.RequestUri}'.");
        }

        // Destination: the state is read once, so that no request ever sees half a change.
        var authority = RequestAuthority.Read(request);
        return directory.State.Destinations.TryGetValue(authority, out var destination)
            ? SendAsync(request, destination, client, start: null, cancellationToken)
            : DiscoverAndSendAsync(request, authority, client, cancellationToken);
    }

    /// <summary>For a destination that is known already, such as a virtual host of a gateway.</summary>
    public Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        OutboundDestination destination,
        OutboundClient client,
        long? start,
        CancellationToken cancellationToken)
    {
        var context = CallContext.Current;
        var call = new OutboundCall(request, destination, client, context, cancellationToken);

        // Telemetry: told of the call from here to its end, whoever answers it.
        CallRecord.Begin(reporter, call, start);
        try
        {
            return SendAsync(call, context);
        }
        catch (Exception exception)
        {
            call.Record?.End(exception);
            throw;
        }
    }

    private Task<HttpResponseMessage> SendAsync(OutboundCall call, CallContext? context)
    {
        // Outbound traffic policy: what the mesh does not know passes through, or fails.
        if (call.Destination.Status is DestinationStatus.Unknown)
        {
            return unknownDestination.SendAsync(call);
        }

        // A destination without usable configuration fails: guessing could send traffic where it must not go.
        if (call.Destination.Status is DestinationStatus.Failed)
        {
            var destination = call.Destination.Destination;
            return Reply(call, LocalFailure.NoConfiguration(destination.Authority.ToString(), destination.Reason));
        }

        // Context: before the route, because routes match on what is carried on; nothing is sent for a caller who does not wait any more.
        if (context is not null)
        {
            if (CallDeadline.IsOver(context, out var gone))
            {
                return gone.IsCancellationRequested ? Leave(call, gone) : Reply(call, LocalFailure.RequestTimeout);
            }

            HeaderPropagation.Apply(call.Request, context);
        }
        else if (ids is not null)
        {
            HeaderPropagation.Identify(call.Request, ids);
        }

        // Route: the first that matches.
        if (call.Destination.FindRoute(call.Request, random) is not { } route)
        {
            return Reply(call, LocalFailure.NoRoute);
        }

        // Split: the part of the route that this call takes, drawn by weights.
        call.Follow(route, route.Choose(random));

        // Faults: before everything that follows, so that no time limit and no retry counts them.
        var fault = faults.Decide(call);
        if (fault.IsDelay)
        {
            return HoldAndSendAsync(call, fault);
        }

        return fault.IsAbort ? Task.FromResult(FaultStage.Abort(call, fault)) : SendAsync(call);
    }

    private Task<HttpResponseMessage> SendAsync(OutboundCall call)
    {
        // Answer: routes that redirect or respond by themselves; a redirect is followed for clients that do.
        if (call.Route.Answer is { } answer)
        {
            var response = answer.Create(call);
            return call.Client.Redirects is { } redirects
                ? redirects.FollowAsync(response, call.Request, call.CallerToken)
                : Task.FromResult(response);
        }

        // Actions of later versions: refused, never ignored.
        if (call.Route.Route.Action is UnsupportedAction unsupported)
        {
            return Reply(call, LocalFailure.UnsupportedAction(call.Route.Route.Name, unsupported.Kind));
        }

        if (call.Target.Cluster is not { } target || (target.Cluster.IsMissing && call.Route.Route.Action is ForwardAction { MissingClusterStatus: not HttpStatusCode.ServiceUnavailable }))
        {
            return Reply(call, LocalFailure.NoClusterOf(call.Route.Route));
        }

        // Subset: the one that the application asks for, if it does.
        if (RequestedSubset.ClusterOf(call) is { } subset)
        {
            if (call.Destination.FindCluster(subset) is not { } cluster)
            {
                return DiscoverAndSendAsync(call, subset);
            }

            call.GoTo(cluster);
        }

        return SendToClusterAsync(call);
    }

    private Task<HttpResponseMessage> SendToClusterAsync(OutboundCall call)
    {
        // Overload: the share that the control plane wants dropped.
        if (call.Cluster.ShouldDrop())
        {
            return Reply(call, LocalFailure.DropOverload);
        }

        // Edits: headers, authority and path, on a copy.
        call.Target.RequestEdits?.Apply(call);

        // Mirrors: copies to other clusters, beside the call.
        if (call.Route.Mirrors is { } copies)
        {
            mirrors.Apply(call, copies);
        }

        // Terms: how long the call may take, and when its attempts are repeated.
        CallTerms.Settle(call);

        // Placement: what consistent hashing and sessions go by.
        call.Route.Affinity?.Begin(call, random);

        // Attempts: pick an endpoint, send through its connections under the deadline, answer for its failure or repeat it; follow a redirect for clients that do.
        return call.Unusual?.Hedging is null ? attempts.SendAsync(call) : hedging.SendAsync(call);
    }

    private async Task<HttpResponseMessage> HoldAndSendAsync(OutboundCall call, FaultDecision fault)
    {
        try
        {
            await faults.HoldAsync(call, fault).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            call.Record?.End(exception);
            throw;
        }

        return fault.IsAbort ? FaultStage.Abort(call, fault) : await SendAsync(call).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> DiscoverAndSendAsync(
        HttpRequestMessage request,
        Authority authority,
        OutboundClient client,
        CancellationToken cancellationToken)
    {
        var start = reporter?.Time.GetTimestamp();
        OutboundDestination destination;
        try
        {
            destination = await directory.DiscoverAsync(authority, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (reporter is not null)
        {
            var call = new OutboundCall(request, OutboundDestination.Unanswered(authority, exception.Message), client, CallContext.Current, cancellationToken);
            CallRecord.Begin(reporter, call, start);
            call.Record?.End(exception);
            throw;
        }

        return await SendAsync(request, destination, client, start, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> DiscoverAndSendAsync(OutboundCall call, string cluster)
    {
        try
        {
            if (await directory.DiscoverClusterAsync(call.Destination.Destination.Authority, cluster, call.CallerToken).ConfigureAwait(false) is not { } found)
            {
                return LocalReply.Create(call, LocalFailure.NoSubset(call.Destination.Destination.Authority.ToString(), cluster));
            }

            call.GoTo(found);
        }
        catch (OperationCanceledException exception)
        {
            call.Record?.End(exception);
            throw;
        }

        return await SendToClusterAsync(call).ConfigureAwait(false);
    }

    private static Task<HttpResponseMessage> Reply(OutboundCall call, LocalFailure failure) =>
        Task.FromResult(LocalReply.Create(call, failure));

    private static Task<HttpResponseMessage> Leave(OutboundCall call, CancellationToken gone)
    {
        call.Record?.End(new OperationCanceledException(gone));
        return Task.FromCanceled<HttpResponseMessage>(gone);
    }
}
