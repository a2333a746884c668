using System.Net;

namespace Mesh.Client.Pipeline.Responses;

/// <summary>Reads a body that is no longer than what a connection reads at once, so that nothing has to watch for its end.</summary>
/// <remarks>
/// Such a body comes with its headers, or in the next packet; <see cref="HttpClient"/> would read it into the same buffer a moment later. Watching it instead would cost
/// a content around it, a copy of its headers, and a registration. One that breaks is a failed attempt, and may be repeated: nobody has seen anything of it.
/// </remarks>
internal static class TinyBody
{
    /// <summary>A connection's first read is 4 KiB, headers included.</summary>
    private const long MaxLength = 3 * 1024;

    public static bool IsIn(HttpResponseMessage response, OutboundCall call) =>
        ResponseTracking.IsExact(call)
        && !call.IsGrpc
        && response.StatusCode is not HttpStatusCode.SwitchingProtocols
        && response.RequestMessage?.Method != HttpMethod.Head
        && response.Content.Headers.ContentLength is > 0 and <= MaxLength;

    public static async Task ReadAsync(HttpResponseMessage response, OutboundCall call)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(call.Token).ConfigureAwait(false);
            call.HasWholeResponse = true;
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
}
