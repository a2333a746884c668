using Google.Protobuf;
using Mesh.ControlPlane.Serving.Callers;
using Mesh.ControlPlane.Serving.Sessions;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Microsoft.AspNetCore.Connections.Features;

namespace Mesh.ControlPlane.Serving.Streams;

/// <summary>The aggregated discovery service of one port: admits streams and runs them until the client leaves, its proof ends or the server stops.</summary>
/// <param name="context">What all ports share.</param>
/// <param name="authenticator">Who may open a stream; null on the plaintext port, where nobody can prove anything.</param>
internal sealed class AdsService(ServingContext context, IStreamAuthenticator? authenticator = null)
{
    public void Map(IEndpointRouteBuilder endpoints, CancellationToken stopping)
    {
        endpoints.MapGrpc(
            XdsMethods.StreamAggregatedResources,
            call => ServeAsync(call, new SotwSession(context.Generator, context.Limits.Session, context.RestartGuard), stopping));
        endpoints.MapGrpc(
            XdsMethods.DeltaAggregatedResources,
            call => ServeAsync(call, new DeltaSession(context.Generator, context.Limits.Session, context.RestartGuard), stopping));
    }

    private async Task ServeAsync<TRequest, TResponse>(
        GrpcServerCall<TRequest, TResponse> call,
        XdsSession<TRequest, TResponse> session,
        CancellationToken stopping)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        // Before anything is computed for it: a storm is turned away cheaply.
        context.Admission.Enter();

        // Before a place is taken: who cannot prove anything must not keep others out.
        var caller = await AuthenticateAsync(call.HttpContext, call.CancellationToken);
        var lease = context.Rotation.Enter();

        // Until its status is on the way to the client, the stream counts as open.
        call.HttpContext.Response.RegisterForDispose(lease);
        context.Clients.Admit();
        using var watch = caller is null ? null : new CallerWatch(authenticator!, caller, context.TimeProvider);
        var proofEnded = watch?.Ended ?? CancellationToken.None;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, stopping, proofEnded, lease.Ended);
        try
        {
            // A client that is up to date is told nothing for long; by the headers it knows that somebody listens.
            await call.SendHeadersAsync();
            await new AdsStream<TRequest, TResponse>(new GrpcConnection<TRequest, TResponse>(call), session, context, caller).RunAsync(ended.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !call.CancellationToken.IsCancellationRequested)
        {
            throw new GrpcException(GrpcStatusCode.Unavailable, "The control plane is stopping; connect again.");
        }
        catch (OperationCanceledException) when (lease.Ended.IsCancellationRequested && !call.CancellationToken.IsCancellationRequested)
        {
            // GOAWAY (RFC 9113 6.8): the next stream begins on a connection of its own, which may lead to another server. Status OK: nothing failed.
            call.HttpContext.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            ServingLog.HandedOver(context.Logger, NameOf(call.HttpContext, caller));
        }
        catch (OperationCanceledException) when (proofEnded.IsCancellationRequested && !call.CancellationToken.IsCancellationRequested)
        {
            // Status OK: nothing failed, and a client that has renewed in time is back at once.
            ServingLog.ProofEnded(context.Logger, caller!.Id, caller.ExpiresAt);
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

    private async ValueTask<StreamCaller?> AuthenticateAsync(HttpContext http, CancellationToken cancellationToken) =>
        authenticator is null ? null : await authenticator.AuthenticateAsync(http, cancellationToken);
}
