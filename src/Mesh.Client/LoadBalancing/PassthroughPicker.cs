using Mesh.Client.Model;

namespace Mesh.Client.LoadBalancing;

/// <summary>No choice: the endpoint that the request itself names (Istio's PASSTHROUGH, Envoy's ORIGINAL_DST).</summary>
/// <param name="find">Gives the endpoint of an address; null when there are too many already.</param>
internal sealed class PassthroughPicker(Func<EndpointAddress, BalancedEndpoint?> find) : Picker
{
    public override BalancedEndpoint? Pick(in PickContext context) => context.Original is { } address ? find(address) : null;
}
