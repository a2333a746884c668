using System.Net;
using Mesh.Server.Transport.Endpoints;
using Microsoft.AspNetCore.Connections;

namespace Mesh.Server.Gateway.Ports;

/// <summary>Hands over connections of whichever port they came in at.</summary>
internal sealed class GatewayConnectionListener(GatewayPorts ports) : IConnectionListener
{
    public EndPoint EndPoint => GatewayEndPoint.Instance;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await ports.Accepted.WaitToReadAsync(cancellationToken))
        {
            if (ports.Accepted.TryRead(out var connection))
            {
                return connection;
            }
        }

        return null;
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default) => await ports.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync() => await ports.StopAsync(CancellationToken.None);
}
