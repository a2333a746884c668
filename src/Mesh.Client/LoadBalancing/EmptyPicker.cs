namespace Mesh.Client.LoadBalancing;

/// <summary>The picker of a cluster in which no endpoint takes requests.</summary>
internal sealed class EmptyPicker : Picker
{
    public static EmptyPicker Instance { get; } = new();

    public override BalancedEndpoint? Pick(in PickContext context) => null;
}
