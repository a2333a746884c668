using System.Net.Sockets;
using Mesh.Client.Health.Checks;
using Mesh.Client.Model;
using Mesh.Client.Transport;

namespace Mesh.Client.Pipeline.HealthChecks;

/// <summary>One TCP health check, on a connection of its own.</summary>
internal static class TcpProbe
{
    /// <summary>What an endpoint may send before the blocks that are looked for must have come.</summary>
    private const int MaxReceived = 64 * 1024;

    public static async Task<ProbeResult> SendAsync(EndpointConnector connector, TcpHealthProbe probe, CancellationToken cancellationToken)
    {
        using var socket = await connector.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (probe.Send.Length > 0)
        {
            await socket.SendAsync(Convert.FromHexString(probe.Send), SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }

        return probe.Receive.Count == 0
            ? ProbeResult.Passed
            : await ReceiveAsync(socket, [.. probe.Receive.Select(Convert.FromHexString)], cancellationToken).ConfigureAwait(false);
    }

    private static async Task<ProbeResult> ReceiveAsync(Socket socket, byte[][] blocks, CancellationToken cancellationToken)
    {
        var received = new MemoryStream();
        var buffer = new byte[1024];
        while (received.Length < MaxReceived)
        {
            var length = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (length == 0)
            {
                return ProbeResult.NoAnswer("the connection was closed before the expected bytes came");
            }

            received.Write(buffer.AsSpan(0, length));
            if (HasBlocks(received.GetBuffer().AsSpan(0, (int)received.Length), blocks))
            {
                return ProbeResult.Passed;
            }
        }

        return ProbeResult.NoAnswer($"the expected bytes were not among the first {MaxReceived}");
    }

    /// <summary>Each block after the one before, with anything between them (Envoy's fuzzy match).</summary>
    public static bool HasBlocks(ReadOnlySpan<byte> received, IEnumerable<byte[]> blocks)
    {
        foreach (var block in blocks)
        {
            var found = received.IndexOf(block);
            if (found < 0)
            {
                return false;
            }

            received = received[(found + block.Length)..];
        }

        return true;
    }
}
