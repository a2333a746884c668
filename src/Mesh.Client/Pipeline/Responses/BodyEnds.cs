using System.Net;

namespace Mesh.Client.Pipeline.Responses;

/// <summary>Judges by its head where a response ends, and reads a near end.</summary>
/// <remarks>
/// A short body of known length is as good as read when its headers are here, unless something ends with it and not a moment earlier. Then one that is no longer than what a connection reads at
/// once is read: <see cref="HttpClient"/> would read it into the same buffer a moment later. Watching it instead would cost a content around it, a copy of its headers, and a registration.
/// One that breaks is a failed attempt, and may be repeated: nobody has seen anything of it.
/// </remarks>
internal static class BodyEnds
{
    private const long ShortBody = 64 * 1024;

    /// <summary>A connection's first read is 4 KiB, headers included.</summary>
    private const long TinyBody = 3 * 1024;

    public static BodyEnd Of(HttpResponseMessage response, OutboundCall call)
    {
        if (response.StatusCode is HttpStatusCode.SwitchingProtocols)
        {
            return BodyEnd.Far;
        }

        if (response.RequestMessage?.Method == HttpMethod.Head || response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified)
        {
            return BodyEnd.Reached;
        }

        return response.Content.Headers.ContentLength switch
        {
            null or > ShortBody => BodyEnd.Far,
            0 => BodyEnd.Reached,
            _ when !IsExact(call) => IsGrpc(response.Content) ? BodyEnd.Far : BodyEnd.Reached,
            <= TinyBody when !call.IsGrpc => BodyEnd.Near,
            _ => BodyEnd.Far,
        };
    }

    /// <summary>To its end.</summary>
    public static async Task ReadAsync(HttpResponseMessage response, OutboundCall call)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(call.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            response.Dispose();
            if (exception is OperationCanceledException)
            {
                throw;
            }

            // Whatever broke it: the callee has answered, so no failure here says that the request was not processed.
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The response broke off in its body.", exception);
        }
    }

    /// <summary>Whether something ends with the body, and not a moment earlier: a deadline, or the count of a limited endpoint.</summary>
    private static bool IsExact(OutboundCall call) => call.Deadline is { IsTimed: true } || call.Endpoint.IsLimited;

    private static bool IsGrpc(HttpContent content) =>
        content.Headers.NonValidated.TryGetValues("Content-Type", out var type)
        && type.ToString().StartsWith(GrpcRequest.ContentType, StringComparison.OrdinalIgnoreCase);
}
