using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Responses;

namespace Mesh.Client.Pipeline;

/// <summary>Stage: a destination that is not in the mesh follows the outbound traffic policy.</summary>
internal sealed class UnknownDestinationHandler(OutboundTrafficPolicy policy)
{
    public Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        OutboundDestination destination,
        HttpMessageInvoker passthrough,
        CancellationToken cancellationToken) =>
        policy is OutboundTrafficPolicy.RegistryOnly
            ? Task.FromResult(LocalReply.Create(request, LocalFailure.NotInRegistry(destination.Destination.Authority.ToString())))
            : PassAsync(request, destination, passthrough, cancellationToken);

    private static async Task<HttpResponseMessage> PassAsync(
        HttpRequestMessage request,
        OutboundDestination destination,
        HttpMessageInvoker passthrough,
        CancellationToken cancellationToken)
    {
        try
        {
            return await passthrough.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError is HttpRequestError.NameResolutionError)
        {
            // Who sees this most likely meant a service of the mesh: say what the mesh knows.
            var reason = destination.Destination.Reason ?? "no service and no ServiceEntry has this host and port";
            throw new HttpRequestException(
                exception.HttpRequestError,
                $"{exception.Message}. The mesh does not know {destination.Destination.Authority} either: {reason}.",
                exception,
                exception.StatusCode);
        }
    }
}
