using System.IO.Compression;
using System.Security.Cryptography;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Discovery;

/// <summary>A large answer that never changes while the process runs: compressed once, and told only to those who do not have it yet.</summary>
internal sealed class SchemaAnswer
{
    private readonly string _contentType;
    private readonly Lazy<ReadOnlyMemory<byte>> _plain;
    private readonly Lazy<byte[]> _compressed;
    private readonly Lazy<string> _hash;

    public SchemaAnswer(string contentType, Func<ReadOnlyMemory<byte>> make)
    {
        _contentType = contentType;
        _plain = new Lazy<ReadOnlyMemory<byte>>(make);
        _compressed = new Lazy<byte[]>(() => Compress(_plain.Value));
        _hash = new Lazy<string>(() => Convert.ToHexString(SHA256.HashData(_plain.Value.Span)));
    }

    public async Task WriteAsync(ApiCall call)
    {
        var (request, response) = (call.Http.Request, call.Http.Response);
        var tag = $"\"{_hash.Value}\"";
        response.Headers.ETag = tag;
        response.Headers.Vary = "Accept, Accept-Encoding";
        if (request.Headers.IfNoneMatch.Any(value => value is not null && value.Split(',', StringSplitOptions.TrimEntries).Any(known => known == "*" || known.TrimStart('W', '/') == tag)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = _contentType;
        var isCompressed = request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        var bytes = isCompressed ? _compressed.Value : _plain.Value;
        if (isCompressed)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        response.ContentLength = bytes.Length;
        await response.BodyWriter.WriteAsync(bytes, call.Cancellation);
    }

    private static byte[] Compress(ReadOnlyMemory<byte> bytes)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal))
        {
            gzip.Write(bytes.Span);
        }

        return buffer.ToArray();
    }
}
