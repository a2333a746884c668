using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Mesh.Client.Transport;

/// <summary>Carries an HTTP/1.1 WebSocket handshake over HTTP/2 as an extended CONNECT (RFC 8441), as Envoy does; the caller sees the answer of HTTP/1.1.</summary>
internal static class WebSocketUpgrade
{
    private const string WebSocket = "websocket";
    private const string KeyHeader = "Sec-WebSocket-Key";

    // RFC 6455 1.3.
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    // What HTTP/2 does not have, or says otherwise.
    private static readonly string[] Left = ["Connection", "Upgrade", KeyHeader];

    public static bool Is(HttpRequestMessage request) =>
        request.Headers.NonValidated.TryGetValues("Upgrade", out var upgrade) && upgrade.ToString().Equals(WebSocket, StringComparison.OrdinalIgnoreCase);

    public static async Task<HttpResponseMessage> SendOverHttp2Async(
        HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        var connect = new HttpRequestMessage(HttpMethod.Connect, request.RequestUri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        connect.Headers.Protocol = WebSocket;
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            if (!Left.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                connect.Headers.TryAddWithoutValidation(name, values);
            }
        }

        var response = await send(connect, cancellationToken).ConfigureAwait(false);
        response.RequestMessage = request;
        if (response.StatusCode == HttpStatusCode.OK)
        {
            response.StatusCode = HttpStatusCode.SwitchingProtocols;
            response.Version = HttpVersion.Version11;
            response.Headers.TryAddWithoutValidation("Connection", "Upgrade");
            response.Headers.TryAddWithoutValidation("Upgrade", WebSocket);
            response.Headers.TryAddWithoutValidation("Sec-WebSocket-Accept", Accept(request));
        }

        return response;
    }

    private static string Accept(HttpRequestMessage request)
    {
        request.Headers.NonValidated.TryGetValues(KeyHeader, out var key);
#pragma warning disable CA5350 // RFC 6455 wants SHA-1; nothing is kept secret by it.
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key.ToString() + AcceptSuffix)));
#pragma warning restore CA5350
    }
}
