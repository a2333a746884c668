using Google.Protobuf;
using Mesh.ControlPlane.Serving.Sessions;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Serving.Streams;

/// <summary>The aggregated discovery service: admits streams and runs them until the client leaves or the server stops.</summary>
internal sealed class AdsService(ServingContext context)
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
        context.Clients.Admit();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, stopping);
        try
        {
            await new AdsStream<TRequest, TResponse>(new GrpcConnection<TRequest, TResponse>(call), session, context).RunAsync(ended.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !call.CancellationToken.IsCancellationRequested)
        {
            throw new GrpcException(GrpcStatusCode.Unavailable, "The control plane is stopping; connect again.");
        }
        catch (GrpcException exception) when (exception.Code is GrpcStatusCode.InvalidArgument or GrpcStatusCode.ResourceExhausted)
        {
            ServingLog.Refused(context.Logger, $"{call.HttpContext.Connection.RemoteIpAddress}:{call.HttpContext.Connection.RemotePort}", exception.Detail);
            throw;
        }
        finally
        {
            context.Clients.Release();
        }
    }
}
