using Mesh.Client.Hosting;
using Mesh.Client.Model;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Rules;

/// <summary>Keeps what is said of the port with the request that it admitted, so that a request is judged by one policy from the first stage to the last.</summary>
/// <remarks>
/// Were each stage to look for itself, a policy that is taken back while the request is under way would let it pass the later ones unjudged.
/// What is kept is the port itself: nothing is made for a request.
/// </remarks>
internal static class AdmittedPort
{
    public static void Keep(HttpContext context, InboundPort port) => context.Features.Set(port);

    /// <summary>The port as the request was admitted; before that, and where nothing was known, as it is now. Null when nothing is said of it.</summary>
    public static InboundPort? Find(HttpContext context, InboundPolicy policy) =>
        context.Features.Get<InboundPort>() ?? policy.Current.Ports.GetValueOrDefault(context.Connection.LocalPort);
}
