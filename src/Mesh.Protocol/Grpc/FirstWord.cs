namespace Mesh.Protocol.Grpc;

/// <summary>Whether the server of a channel has said anything over its newest connection.</summary>
internal sealed class FirstWord
{
    private volatile bool _isAwaited;

    /// <summary>True also of connections that nobody listens to for it.</summary>
    public bool HasCome => !_isAwaited;

    public void Await() => _isAwaited = true;

    public void Came() => _isAwaited = false;
}
