namespace Mesh.Client.LoadBalancing;

/// <summary>Counts the requests under way in a whole cluster, for the policies that compare an endpoint with the average.</summary>
internal sealed class ActiveRequests
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Enter() => Interlocked.Increment(ref _count);

    public void Leave() => Interlocked.Decrement(ref _count);
}
