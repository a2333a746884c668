using System.Buffers;
using System.Buffers.Binary;
using System.Net.Security;
using System.Text;

namespace Mesh.Server.Tests.Transport;

/// <summary>ClientHellos to read: a real one, and ones of a given content.</summary>
internal static class HelloSamples
{
    private const int RecordHeaderLength = 5;

    /// <summary>What this platform's TLS sends first.</summary>
    public static async Task<byte[]> CaptureAsync(string serverName, params string[] protocols)
    {
        var sent = new MemoryStream();
        await using var tls = new SslStream(new WriteOnlyStream(sent));
        await Assert.ThrowsAnyAsync<IOException>(() => tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = serverName,
            ApplicationProtocols = [.. protocols.Select(protocol => new SslApplicationProtocol(protocol))],
        }));
        return sent.ToArray();
    }

    /// <summary>A small one, in one record.</summary>
    public static byte[] Create(string? serverName, params string[] protocols)
    {
        var extensions = new List<byte>();
        if (serverName is not null)
        {
            var name = Encoding.ASCII.GetBytes(serverName);
            extensions.AddRange([0, 0, .. Vector([.. Vector([0, .. Vector(name)])])]);
        }

        if (protocols.Length > 0)
        {
            var names = protocols.SelectMany(protocol => Encoding.ASCII.GetBytes(protocol).Prepend((byte)protocol.Length)).ToArray();
            extensions.AddRange([0, 16, .. Vector(Vector(names))]);
        }

        return Wrap([3, 3, .. new byte[32], 0, 0, 2, 0x13, 0x01, 1, 0, .. Vector([.. extensions])]);
    }

    /// <summary>A message of that body, in one record.</summary>
    public static byte[] Wrap(byte[] body) => Record([1, 0, .. Vector(body)]);

    /// <summary>The same message in records of the given lengths; the last takes the rest.</summary>
    public static byte[] Fragment(byte[] hello, IEnumerable<int> lengths)
    {
        var rest = hello.AsSpan(RecordHeaderLength).ToArray().AsEnumerable();
        var records = new List<byte>();
        foreach (var length in lengths)
        {
            var fragment = rest.Take(Math.Max(1, length)).ToArray();
            if (fragment.Length == 0)
            {
                break;
            }

            records.AddRange(Record(fragment));
            rest = rest.Skip(fragment.Length);
        }

        var last = rest.ToArray();
        return [.. records, .. last.Length > 0 ? Record(last) : []];
    }

    /// <summary>The same bytes in segments of the given lengths.</summary>
    public static ReadOnlySequence<byte> Segment(byte[] bytes, IEnumerable<int> lengths)
    {
        BytesSegment? first = null, last = null;
        var offset = 0;
        foreach (var length in lengths.Select(length => Math.Max(1, length)).Append(bytes.Length))
        {
            var taken = Math.Min(length, bytes.Length - offset);
            if (taken > 0)
            {
                last = new BytesSegment(bytes.AsMemory(offset, taken), last);
                first ??= last;
                offset += taken;
            }
        }

        return first is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }

    private static byte[] Record(byte[] content) => [22, 3, 1, .. Vector(content)];

    private static byte[] Vector(byte[] content)
    {
        var vector = new byte[content.Length + sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(vector, (ushort)content.Length);
        content.CopyTo(vector, sizeof(ushort));
        return vector;
    }

    private sealed class BytesSegment : ReadOnlySequenceSegment<byte>
    {
        public BytesSegment(ReadOnlyMemory<byte> memory, BytesSegment? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                previous.Next = this;
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
            }
        }
    }

    private sealed class WriteOnlyStream(MemoryStream sent) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(0);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => sent.WriteAsync(buffer, cancellationToken);
    }
}
