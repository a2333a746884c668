namespace Mesh.Client.Transport.Counted;

/// <summary>A request in the queue for a connection.</summary>
internal sealed class ConnectionWaiter(ConnectionNeed need)
    : TaskCompletionSource<ConnectionLease>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public ConnectionNeed Need => need;
}
