namespace Mesh.Client.Transport.Counted;

/// <summary>All connections are busy and as many requests as may wait for one are waiting: nothing of this request was sent.</summary>
internal sealed class PendingOverflowException() : Exception("The cluster's connections are busy, and no more requests may wait for one.");
