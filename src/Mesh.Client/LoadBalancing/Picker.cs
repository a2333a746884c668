namespace Mesh.Client.LoadBalancing;

/// <summary>Chooses the endpoint of one attempt; safe for use by many threads at once.</summary>
internal abstract class Picker
{
    /// <summary>Whether <see cref="PickContext.Lane"/> matters.</summary>
    public virtual bool ChoosesByLane => false;

    /// <summary>Null when no endpoint takes requests.</summary>
    public abstract BalancedEndpoint? Pick(in PickContext context);
}
