namespace Mesh.Client.Propagation;

/// <summary>Gives requests the id by which logs and traces of all hops are found: <c>x-request-id</c>, Envoy's header.</summary>
/// <param name="random">Ids need not be secret; the system's generator would cost more than the rest of the header.</param>
internal sealed class RequestIds(Random random)
{
    public const string Header = "x-request-id";

    /// <summary>A random UUID (RFC 4122 4.4).</summary>
    public string New()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
