using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;

namespace Mesh.Protocol.Grpc.Framing;

/// <summary>The message encodings that are accepted: identity and gzip. Messages are sent uncompressed.</summary>
internal static class MessageEncoding
{
    public const string Identity = "identity";
    public const string Gzip = "gzip";
    public const string Accepted = "identity,gzip";

    private const int ChunkSize = 16 * 1024;

    public static bool IsAccepted(string? encoding) => encoding is null or "" or Identity or Gzip;

    /// <summary>Inflates a message; the limit holds for what comes out, so that a small frame cannot fill the memory.</summary>
    public static void Decompress(ReadOnlySequence<byte> compressed, PooledBufferWriter into, int maxSize)
    {
        using var source = PipeReader.Create(compressed).AsStream();
        using var inflated = new GZipStream(source, CompressionMode.Decompress);
        try
        {
            while (true)
            {
                var count = inflated.Read(into.GetSpan(ChunkSize));
                if (count == 0)
                {
                    return;
                }

                into.Advance(count);
                if (into.WrittenCount > maxSize)
                {
                    throw new GrpcException(
                        GrpcStatusCode.ResourceExhausted,
                        $"The message is larger than {maxSize} bytes after decompression; raise MaxReceiveMessageSize or send less.");
                }
            }
        }
        catch (InvalidDataException exception)
        {
            throw new GrpcException(GrpcStatusCode.Internal, "The message is marked as compressed but is not valid gzip.", exception);
        }
    }
}
