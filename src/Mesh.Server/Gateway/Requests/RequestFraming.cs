using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Gateway.Requests;

/// <summary>Judges by what a request says where it ends: what one server takes for the end another may take for the middle (RFC 9112 6.1, 6.3, 11.2).</summary>
/// <remarks>Kestrel refuses several lengths, codings that do not end with <c>chunked</c>, folded lines and space before a colon by itself.</remarks>
internal static class RequestFraming
{
    private const string Chunked = "chunked";

    /// <summary>Kestrel goes by the chunks and keeps the length under this name.</summary>
    private const string OtherLength = "X-Content-Length";

    /// <summary>The status to refuse it with, and the reason it is counted by; null when there is one reading alone.</summary>
    public static (int Status, string Reason)? Refuse(HttpRequest request)
    {
        var codings = request.Headers.TransferEncoding;
        if (codings.Count == 0)
        {
            return null;
        }

        if (request.Headers.ContainsKey(OtherLength) || HttpProtocol.IsHttp10(request.Protocol))
        {
            return (StatusCodes.Status400BadRequest, GatewayMeter.AmbiguousLength);
        }

        if (codings.Count == 1 && Chunked.Equals(codings[0], StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        // Nothing here undoes another coding, and what is sent on would not say that there is one (RFC 9112 6.1, and Envoy); chunks of chunks nobody may send.
        var isForeign = codings.SelectMany(static line => (line ?? "").Split(',', StringSplitOptions.TrimEntries)).Any(static coding => !Chunked.Equals(coding, StringComparison.OrdinalIgnoreCase));
        return (isForeign ? StatusCodes.Status501NotImplemented : StatusCodes.Status400BadRequest, GatewayMeter.TransferCoding);
    }
}
