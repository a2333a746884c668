using Mesh.Client.Transport.Streams;

namespace Mesh.Client.Pipeline.Mirrors;

/// <summary>Passes on what is written and keeps a copy of it, until it is longer than the limit.</summary>
internal sealed class TeeStream(Stream inner, int limit) : WatchedWrites(inner)
{
    private MemoryStream? _copy = new();

    /// <summary>Null when more was written than the limit.</summary>
    public ReadOnlyMemory<byte>? Copied => _copy is null ? (ReadOnlyMemory<byte>?)null : new ReadOnlyMemory<byte>(_copy.ToArray());

    protected override void See(ReadOnlySpan<byte> piece)
    {
        if (_copy is null)
        {
            return;
        }

        if (_copy.Length + piece.Length > limit)
        {
            _copy = null;
        }
        else
        {
            _copy.Write(piece);
        }
    }
}
