namespace Mesh.ControlPlane.Serving.Streams;

/// <summary>The time that one stream has.</summary>
internal sealed class StreamLease : IDisposable
{
    private readonly StreamRotation _rotation;
    private readonly CancellationTokenSource _ended;

    public StreamLease(StreamRotation rotation, TimeSpan time, TimeProvider clock)
    {
        _rotation = rotation;
        _ended = new CancellationTokenSource(time, clock);
        Ended = _ended.Token;
    }

    /// <summary>Fires when the stream has to end, for no fault of its client.</summary>
    public CancellationToken Ended { get; }

    /// <summary>Shortens the time; called under the lock of the rotation, before the stream has left it.</summary>
    public void EndIn(TimeSpan time) => _ended.CancelAfter(time);

    public void Dispose()
    {
        _rotation.Leave(this);
        _ended.Dispose();
    }
}
