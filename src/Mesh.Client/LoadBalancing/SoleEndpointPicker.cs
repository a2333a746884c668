namespace Mesh.Client.LoadBalancing;

/// <summary>The picker where there is nothing to choose.</summary>
internal sealed class SoleEndpointPicker(BalancedEndpoint endpoint) : EndpointPicker
{
    public override BalancedEndpoint Pick(ulong hash, int attempt) => endpoint;
}
