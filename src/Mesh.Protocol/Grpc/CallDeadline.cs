using Mesh.Protocol.Grpc.Metadata;

namespace Mesh.Protocol.Grpc;

/// <summary>The end of a call's time, counted from its start.</summary>
internal sealed class CallDeadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly long _start;

    public CallDeadline(TimeSpan timeout, TimeProvider time)
    {
        _time = time;
        _timeout = timeout > TimeoutText.Longest ? TimeoutText.Longest : timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero;
        _start = time.GetTimestamp();
        _source = new CancellationTokenSource(_timeout, time);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Also true when the timer is late: the peer counts too, and its reset may come first.</summary>
    public bool HasPassed => _source.IsCancellationRequested || _time.GetElapsedTime(_start) >= _timeout;

    public GrpcException ToException(string path, Exception? cause = null) =>
        new(GrpcStatusCode.DeadlineExceeded, $"{path} did not end within {_timeout.TotalSeconds:0.###} s.", cause);

    public void Dispose() => _source.Dispose();
}
