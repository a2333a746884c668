using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>Bytes to a gateway, as no client would send them, and the answer.</summary>
internal static class RawRequest
{
    /// <summary>What is answered until the connection ends, or until the head of a refusal is complete; empty when it is cut off.</summary>
    public static async Task<string> SendAsync(IPEndPoint place, string text, CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(place, cancellationToken);
        var stream = socket.GetStream();
        var answer = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(text), cancellationToken);
            var buffer = new byte[4096];
            int count;
            while (!IsRefusal(answer) && (count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (IOException)
        {
            // Cut off, which is an answer.
        }

        return answer.ToString();
    }

    private static bool IsRefusal(StringBuilder answer) =>
        answer.ToString() is var text && !text.StartsWith("HTTP/1.1 2", StringComparison.Ordinal) && text.Contains("\r\n\r\n", StringComparison.Ordinal);
}
