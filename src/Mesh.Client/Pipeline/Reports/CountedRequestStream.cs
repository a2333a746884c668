using Mesh.Client.Transport.Streams;

namespace Mesh.Client.Pipeline.Reports;

/// <summary>Passes the body of a request on to its connection, and counts it.</summary>
internal sealed class CountedRequestStream(Stream inner, bool isGrpc) : WatchedWrites(inner)
{
    private GrpcFrames _frames;

    public long Bytes { get; private set; }

    public long Messages => _frames.Messages;

    protected override void See(ReadOnlySpan<byte> piece)
    {
        Bytes += piece.Length;
        if (isGrpc)
        {
            _frames.Add(piece);
        }
    }
}
