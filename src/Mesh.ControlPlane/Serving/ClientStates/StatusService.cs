using Mesh.Protocol.Envoy.Status;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Serving.ClientStates;

/// <summary>The client status discovery service (gRFC A40's messages, asked of the server): what every connected client was sent, and what it said to that.</summary>
internal sealed class StatusService(ConnectedClients clients, ClientStatusReader reader)
{
    /// <summary>Whoever needs more asks for fewer clients at a time.</summary>
    private const int MaxBytes = 64 * 1024 * 1024;

    /// <param name="endpoints">Of the port.</param>
    /// <param name="readers">Who may read what; null on the plaintext port, where nobody can prove anything.</param>
    public void Map(IEndpointRouteBuilder endpoints, IStatusReaders? readers)
    {
        endpoints.MapGrpcUnary(StatusMethods.FetchClientStatus, async (request, call) => Answer(request, await MayReadAsync(readers, call)));
        endpoints.MapGrpc(StatusMethods.StreamClientStatus, async call =>
        {
            var mayRead = await MayReadAsync(readers, call);
            while (await call.ReadAsync(call.CancellationToken) is { } request)
            {
                await call.WriteAsync(Answer(request, mayRead), call.CancellationToken);
            }
        });
    }

    private static ValueTask<Func<ConnectedClient, bool>> MayReadAsync(IStatusReaders? readers, GrpcServerCall<ClientStatusRequest, ClientStatusResponse> call) =>
        readers?.AuthenticateAsync(call.HttpContext, call.CancellationToken) ?? ValueTask.FromResult<Func<ConnectedClient, bool>>(static _ => true);

    private ClientStatusResponse Answer(ClientStatusRequest request, Func<ConnectedClient, bool> mayRead)
    {
        var selection = new NodeSelection(request.NodeMatchers);
        var response = new ClientStatusResponse();
        var bytes = 0L;
        foreach (var client in clients.Current.Where(client => mayRead(client) && selection.Includes(ClientStatusReader.NodeOf(client))))
        {
            var config = reader.Read(client, withContents: !request.ExcludeResourceContents);
            bytes += config.CalculateSize();
            if (bytes > MaxBytes)
            {
                throw new GrpcException(
                    GrpcStatusCode.ResourceExhausted,
                    $"The answer would exceed {MaxBytes / 1024 / 1024} MiB: ask for fewer clients with node_matchers, or set exclude_resource_contents.");
            }

            response.Config.Add(config);
        }

        return response;
    }
}
