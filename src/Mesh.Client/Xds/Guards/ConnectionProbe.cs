using System.Net;
using System.Net.Sockets;
using Mesh.Client.Model;

namespace Mesh.Client.Xds.Guards;

/// <summary>Asks whether somebody takes connections at an address: opens one and closes it, without a word.</summary>
internal static class ConnectionProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>False as well when the answer is late.</summary>
    public static async Task<bool> AnswersAsync(EndpointAddress address, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            EndPoint target = IPAddress.TryParse(address.Host, out var ip) ? new IPEndPoint(ip, address.Port) : new DnsEndPoint(address.Host, address.Port);
            await socket.ConnectAsync(target, limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is SocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
