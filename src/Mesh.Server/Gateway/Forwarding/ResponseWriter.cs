using Mesh.Client.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Gateway.Forwarding;

/// <summary>Sends a response back to the caller: head, body piece by piece as it arrives, trailers.</summary>
internal static class ResponseWriter
{
    private const int BufferSize = 32 * 1024;

    public static void WriteHead(HttpContext context, HttpResponseMessage message)
    {
        var response = context.Response;
        response.StatusCode = (int)message.StatusCode;
        if (message.ReasonPhrase is { Length: > 0 } reason && context.Features.Get<IHttpResponseFeature>() is { } feature && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            feature.ReasonPhrase = reason;
        }

        var named = message.Headers.NonValidated.TryGetValues("Connection", out var connection) ? HopByHop.Named(connection.ToString()) : null;
        Copy(message.Headers.NonValidated, response.Headers, named);
        Copy(message.Content.Headers.NonValidated, response.Headers, named);

        // Letters for those who ask inside the process.
        response.Headers.Remove(MeshTelemetry.ResponseFlagsHeader);
        if (message.Headers.NonValidated.TryGetValues("Trailer", out var trailers) && response.SupportsTrailers())
        {
            response.Headers.Trailer = trailers.ToString();
        }
    }

    public static async Task WriteBodyAsync(HttpContext context, HttpResponseMessage message)
    {
        var body = await message.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var reading = body.ReadAsync(buffer, context.RequestAborted);
            if (!reading.IsCompleted)
            {
                // Headers must not wait for the first piece: events and streams of calls may have none for long.
                await context.Response.StartAsync(context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            int count;
            while ((count = await reading) > 0)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
                reading = body.ReadAsync(buffer, context.RequestAborted);
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }

        if (MayHaveTrailers(message))
        {
            WriteTrailers(context.Response, message);
        }
    }

    // HTTP/1.1 has a place for them in chunked bodies alone (RFC 9112 7.1.2); to ask for those of others makes a collection.
    private static bool MayHaveTrailers(HttpResponseMessage message) => message.Version.Major >= 2 || message.Headers.NonValidated.Contains("Transfer-Encoding");

    private static void WriteTrailers(HttpResponse response, HttpResponseMessage message)
    {
        if (!response.SupportsTrailers())
        {
            return;
        }

        foreach (var (name, values) in message.TrailingHeaders.NonValidated)
        {
            foreach (var value in values)
            {
                response.AppendTrailer(name, value);
            }
        }
    }

    private static void Copy(System.Net.Http.Headers.HttpHeadersNonValidated from, IHeaderDictionary to, HashSet<string>? named)
    {
        foreach (var (name, values) in from)
        {
            if (!HopByHop.Is(name, named))
            {
                to[name] = values.Count == 1 ? values.ToString() : values.ToArray();
            }
        }
    }
}
