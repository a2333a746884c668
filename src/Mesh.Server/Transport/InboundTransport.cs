using Mesh.Client.Identity;
using Mesh.Server.Rules;
using Mesh.Server.Transport.Counting;
using Mesh.Server.Transport.Endpoints;
using Mesh.Server.Transport.Live;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Server.Transport;

/// <summary>What all endpoints of a server share, and puts the mesh before them.</summary>
internal sealed record InboundTransport(
    InboundGate Gate, IWorkloadIdentity? Identity, LiveConnections Connections, ConnectionRefusals Refusals, TimeProvider Time)
{
    /// <summary>Counts connections to ports that are not HTTP; null when nobody counts.</summary>
    public IServedConnectionSink? Sink { get; init; }

    /// <param name="options">Of a server that has not started.</param>
    public void Guard(KestrelServerOptions options) =>
        KestrelEndpoints.UseFirst(options, endpoint => next => new MeshEndpoint(this, endpoint, next).OnConnectionAsync);
}
