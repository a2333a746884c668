namespace Mesh.Client.Pipeline.Reports;

/// <summary>Counts the messages in a gRPC body as it passes in pieces: a flag byte, four bytes of length, the message (gRPC over HTTP/2, Length-Prefixed-Message).</summary>
internal struct GrpcFrames
{
    private const int PrefixLength = 5;

    private int _prefix;
    private uint _length;
    private long _rest;

    /// <summary>Messages whose prefix has passed.</summary>
    public long Messages { get; private set; }

    public void Add(ReadOnlySpan<byte> piece)
    {
        while (piece.Length > 0)
        {
            if (_rest > 0)
            {
                var skipped = (int)Math.Min(_rest, piece.Length);
                _rest -= skipped;
                piece = piece[skipped..];
                continue;
            }

            _length = _prefix == 0 ? 0 : (_length << 8) | piece[0];
            piece = piece[1..];
            if (++_prefix == PrefixLength)
            {
                Messages++;
                (_rest, _prefix) = (_length, 0);
            }
        }
    }
}
