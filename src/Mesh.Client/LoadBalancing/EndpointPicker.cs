namespace Mesh.Client.LoadBalancing;

/// <summary>Chooses among the endpoints of one priority, none of which it leaves out; safe for use by many threads at once.</summary>
internal abstract class EndpointPicker
{
    /// <param name="hash">What the request is to be placed by; only consistent hashing looks at it.</param>
    /// <param name="attempt">How often this request has been picked for already, because the choice did not suit.</param>
    public abstract BalancedEndpoint Pick(ulong hash, int attempt);
}
