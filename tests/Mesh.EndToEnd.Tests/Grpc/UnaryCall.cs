using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Grpc;

namespace Mesh.EndToEnd.Tests.Grpc;

/// <summary>A unary call written out in HTTP, to see all that a gRPC library gets from its handler.</summary>
/// <param name="HttpStatus">Of the response.</param>
/// <param name="Status">From the trailers, or from the headers of a response that is trailers only; null when there is none.</param>
/// <param name="Text">Of the message; null when there is none.</param>
/// <param name="Headers">The initial metadata.</param>
/// <param name="Trailers">The trailing metadata.</param>
internal sealed record UnaryCall(HttpStatusCode HttpStatus, GrpcStatusCode? Status, string? Text, HttpResponseHeaders Headers, HttpResponseHeaders Trailers)
{
    private const int FrameHeader = 5;

    public bool IsTrailersOnly => Headers.Contains("grpc-status");

    /// <summary>The values of a key of the trailing metadata, whichever way it came.</summary>
    public string Trailing(string key) => string.Join(',', (IsTrailersOnly ? Headers : Trailers).GetValues(key));

    public static async Task<UnaryCall> SendAsync(
        HttpMessageInvoker invoker, Uri address, string text, IEnumerable<KeyValuePair<string, string>> metadata, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Frame(text)) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        foreach (var (key, value) in metadata)
        {
            request.Headers.TryAddWithoutValidation(key, value);
        }

        using var response = await invoker.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var isMessage = body.Length >= FrameHeader && response.StatusCode == HttpStatusCode.OK;
        return new UnaryCall(
            response.StatusCode,
            Find(response.Headers) ?? Find(response.TrailingHeaders),
            isMessage ? StringValue.Parser.ParseFrom(body.AsSpan(FrameHeader)).Value : null,
            response.Headers,
            response.TrailingHeaders);
    }

    private static byte[] Frame(string text)
    {
        var message = new StringValue { Value = text }.ToByteArray();
        var frame = new byte[FrameHeader + message.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, FrameHeader);
        return frame;
    }

    private static GrpcStatusCode? Find(HttpResponseHeaders headers) =>
        headers.TryGetValues("grpc-status", out var values) ? (GrpcStatusCode)int.Parse(values.Single(), CultureInfo.InvariantCulture) : null;
}
