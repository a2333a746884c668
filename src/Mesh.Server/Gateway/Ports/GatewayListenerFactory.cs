using System.Net;
using Mesh.Server.Transport.Endpoints;
using Microsoft.AspNetCore.Connections;

namespace Mesh.Server.Gateway.Ports;

/// <summary>Gives Kestrel the connections of all ports of the gateway as those of one endpoint.</summary>
internal sealed class GatewayListenerFactory(GatewayPorts ports) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is GatewayEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ports.Start();
        return new(new GatewayConnectionListener(ports));
    }
}
