namespace Mesh.Client.LoadBalancing;

/// <summary>Counts the requests under way in a whole cluster, for the policy that compares an endpoint with the average.</summary>
internal sealed class ActiveRequests
{
    private int _count;

    public int Count => Math.Max(0, Volatile.Read(ref _count));

    public void Add(int requests) => Interlocked.Add(ref _count, requests);
}
