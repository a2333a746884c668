using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Server.Gateway.Connections;
using Mesh.Server.Rules;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Gateway.Requests;

/// <summary>A request of the gateway: admitted by one configuration, which holds for it to its end.</summary>
/// <param name="Connection">It came in on.</param>
/// <param name="Chain">As it was admitted.</param>
/// <param name="Authority">Whom it is for.</param>
/// <param name="Target">Path and query, in the form in which policies and routes see them and they are sent on; null for what cannot be sent on.</param>
/// <param name="Random">Draws for routes that take a fraction.</param>
internal sealed record GatewayRequest(GatewayConnection Connection, OutboundGatewayChain Chain, Authority Authority, string? Target, Random Random) : IRoutedRequest
{
    /// <summary>The routes of its host; null when no virtual host is for it.</summary>
    public OutboundDestination? Destination { get; } = Chain.Find(Authority);

    public bool HasCors => Chain.HasCors;

    public Route? FindRoute(HttpContext context)
    {
        if (Destination is null)
        {
            return null;
        }

        using var message = RequestMessage.Of(context);
        return Destination.FindRoute(message, Random)?.Route;
    }
}
