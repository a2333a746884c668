using Google.Protobuf;
using Mesh.ControlPlane.Serving.Callers;
using Mesh.ControlPlane.Serving.Sessions;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Microsoft.AspNetCore.Connections.Features;

namespace Mesh.ControlPlane.Serving.Streams;

/// <summary>The aggregated discovery service of one port: admits streams and runs them until the client leaves, its proof ends or the server stops.</summary>
/// <param name="context">What all ports share.</param>
/// <param name="streams">Who may open a stream there, and how long it lasts.</param>
internal sealed class AdsService(ServingContext context, GuardedStreams streams)
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpc(
            XdsMethods.StreamAggregatedResources,
            call => ServeAsync(call, new SotwSession(context.Generator, context.Limits.Session, context.RestartGuard, context.Mark)));
        endpoints.MapGrpc(
            XdsMethods.DeltaAggregatedResources,
            call => ServeAsync(call, new DeltaSession(context.Generator, context.Limits.Session, context.RestartGuard, context.Mark)));
    }

    private async Task ServeAsync<TRequest, TResponse>(GrpcServerCall<TRequest, TResponse> call, XdsSession<TRequest, TResponse> session)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        // Before anything is computed for it: a storm is turned away cheaply.
        context.Admission.Enter();
        if (await streams.ServeAsync(call, (caller, ended) => ServeAsync(call, session, caller, ended)) is { } expired)
        {
            ServingLog.ProofEnded(context.Logger, expired.Id, expired.ExpiresAt);
        }
    }

    /// <summary>For a caller that has proved who it is: others must not take a place.</summary>
    private async Task ServeAsync<TRequest, TResponse>(
        GrpcServerCall<TRequest, TResponse> call, XdsSession<TRequest, TResponse> session, StreamCaller? caller, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var lease = context.Rotation.Enter();

        // Until its status is on the way to the client, the stream counts as open.
        call.HttpContext.Response.RegisterForDispose(lease);
        context.Clients.Admit();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Ended);
        try
        {
            // A client that is up to date is told nothing for long; by the headers it knows that somebody listens.
            await call.SendHeadersAsync();
            await new AdsStream<TRequest, TResponse>(new GrpcConnection<TRequest, TResponse>(call), session, context, caller).RunAsync(ended.Token);
        }
        catch (OperationCanceledException) when (lease.Ended.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // GOAWAY (RFC 9113 6.8): the next stream begins on a connection of its own, which may lead to another server. Status OK, if the connection lasts long enough to tell: nothing failed.
            call.HttpContext.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            ServingLog.HandedOver(context.Logger, NameOf(call.HttpContext, caller));
        }
        catch (GrpcException exception) when (exception.Code is GrpcStatusCode.InvalidArgument or GrpcStatusCode.ResourceExhausted or GrpcStatusCode.PermissionDenied)
        {
            ServingLog.Refused(context.Logger, NameOf(call.HttpContext, caller), exception.Detail);
            throw;
        }
        finally
        {
            context.Clients.Release();
        }
    }

    private static string NameOf(HttpContext http, StreamCaller? caller)
    {
        var address = $"{http.Connection.RemoteIpAddress}:{http.Connection.RemotePort}";
        return caller is null ? address : $"{caller.Id} at {address}";
    }
}
