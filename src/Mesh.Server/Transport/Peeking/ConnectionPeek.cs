using System.Buffers;
using System.IO.Pipelines;

namespace Mesh.Server.Transport.Peeking;

/// <summary>Looks at the first bytes of a connection and leaves them where they are.</summary>
internal static class ConnectionPeek
{
    private static ReadOnlySpan<byte> Http2Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <param name="input">Of the connection; after this the reader starts at the first byte again.</param>
    /// <param name="findsHttp2">Whether the preface of HTTP/2 matters: then some more bytes may have to arrive.</param>
    /// <param name="cancellationToken">Ends the wait for a slow peer.</param>
    public static async ValueTask<Peeked> ReadAsync(PipeReader input, bool findsHttp2, CancellationToken cancellationToken)
    {
        var needed = 1;
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var peeked = buffer.Length >= needed ? Classify(buffer, findsHttp2, ref needed) : null;
            if (peeked is null && result.IsCompleted)
            {
                peeked = default(Peeked);
            }

            if (peeked is { } known)
            {
                // Nothing is examined: the next reader gets these bytes without waiting for more.
                input.AdvanceTo(buffer.Start);
                return known;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>Null when more bytes are needed.</summary>
    private static Peeked? Classify(in ReadOnlySequence<byte> buffer, bool findsHttp2, ref int needed)
    {
        var first = buffer.FirstSpan[0];
        if (ClientHelloReader.IsTls(first))
        {
            return ClientHelloReader.Read(buffer, out needed, out var hello) switch
            {
                HelloOutcome.Complete => new Peeked(FirstBytes.Tls, hello),
                HelloOutcome.Malformed => new Peeked(FirstBytes.MalformedTls, default),
                _ => null,
            };
        }

        if (!findsHttp2 || first != Http2Preface[0])
        {
            return new Peeked(FirstBytes.Plaintext, default);
        }

        Span<byte> start = stackalloc byte[Http2Preface.Length];
        start = start[..(int)Math.Min(buffer.Length, start.Length)];
        buffer.Slice(0, start.Length).CopyTo(start);
        if (!Http2Preface.StartsWith(start))
        {
            return new Peeked(FirstBytes.Plaintext, default);
        }

        // Byte by byte, as the first one that differs decides: "PUT" and "POST" need not wait.
        needed = start.Length + 1;
        return start.Length == Http2Preface.Length ? new Peeked(FirstBytes.Http2Preface, default) : null;
    }
}
