using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mesh.Protocol.Xds;

namespace Mesh.EndToEnd.Tests.Reliability.Processes;

/// <summary>Sends a process what fills its memory, if anything does, over raw connections that it keeps until it is disposed.</summary>
/// <param name="target">Where that listens.</param>
/// <param name="wave">Makes all names others than those of other waves.</param>
internal sealed class HostilePeer(Uri target, int wave) : IDisposable
{
    private const int LongText = 7_500;

    private readonly List<TcpClient> _open = [];

    /// <summary>Requests that have nothing in common: hosts, paths, methods, statuses, ids, lanes, baggage, and the workload that they say to come from.</summary>
    public Task SendDifferentAsync(int connections, int requests, CancellationToken cancellationToken) => Task.WhenAll(Enumerable.Range(0, connections).Select(async connection =>
    {
        using var client = await ConnectAsync(cancellationToken);
        var stream = client.GetStream();
        var reading = stream.CopyToAsync(Stream.Null, cancellationToken);
        for (var request = 0; request < requests; request++)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Different((wave * 1_000_000) + (connection * requests) + request, request == requests - 1)), cancellationToken);
        }

        await reading;
    }));

    /// <summary>Requests for a large answer, of which nothing is read.</summary>
    public Task AskWithoutReadingAsync(int connections, CancellationToken cancellationToken) =>
        HoldAsync(connections, "GET /large HTTP/1.1\r\nHost: reviews\r\n\r\n", 0, cancellationToken);

    /// <summary>Bodies that it is to send on to where nobody reads them.</summary>
    public Task RelayAsync(int connections, int body, Uri to, CancellationToken cancellationToken) =>
        HoldAsync(connections, $"POST /relay HTTP/1.1\r\nHost: reviews\r\nx-target: {to}\r\nContent-Length: {body}\r\n\r\n", body, cancellationToken);

    /// <summary>Lets it call hosts that do not exist, each another.</summary>
    public Task CallNobodyAsync(int connections, int requests, CancellationToken cancellationToken) => Task.WhenAll(Enumerable.Range(0, connections).Select(async connection =>
    {
        using var client = await ConnectAsync(cancellationToken);
        var stream = client.GetStream();
        for (var request = 0; request < requests; request++)
        {
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"GET /relay HTTP/1.1\r\nHost: reviews\r\nx-target: http://nobody-{wave}-{connection}-{request}.example.com/\r\n" + (request == requests - 1 ? "Connection: close\r\n\r\n" : "\r\n")),
                cancellationToken);
        }

        await stream.CopyToAsync(Stream.Null, cancellationToken);
    }));

    public void Dispose() => _open.ForEach(client => client.Dispose());

    private static string Different(int number, bool isLast)
    {
        var text = new StringBuilder(32 * 1024);
        var path = number % 4 == 0 ? string.Create(CultureInfo.InvariantCulture, $"/status/{200 + (number % 400)}") : $"/{number}/{new string('p', LongText)}";
        var peer = new PeerMetadata { Name = $"pod-{number}", Namespace = $"ns-{number}", Workload = $"w-{number}-{new string('w', 2_500)}", App = $"app-{number}", Version = $"v{number}", CanonicalName = $"c-{number}", CanonicalRevision = $"r-{number}" };
        text.Append(CultureInfo.InvariantCulture, $"{(number % 5 == 0 ? $"VERB{number}" : "GET")} {path} HTTP/1.1\r\nHost: host-{number}.example.com\r\nUser-Agent: {new string('u', LongText)}\r\n")
            .Append(CultureInfo.InvariantCulture, $"x-request-id: {number}-{Guid.NewGuid()}\r\nx-lane: lane-{number}\r\nbaggage: k{number}={new string('b', 3_000)}\r\ntraceparent: 00-{Guid.NewGuid():N}-00f067aa0ba902b7-01\r\n")
            .Append(CultureInfo.InvariantCulture, $"x-envoy-peer-metadata-id: peer-{number}\r\nx-envoy-peer-metadata: {peer.Encode()}\r\n{(isLast ? "Connection: close\r\n" : "")}\r\n");
        return text.ToString();
    }

    private Task HoldAsync(int connections, string head, int body, CancellationToken cancellationToken) => Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
    {
        var client = await ConnectAsync(cancellationToken);
        lock (_open)
        {
            _open.Add(client);
        }

        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), cancellationToken);
        await client.GetStream().WriteAsync(new byte[body], cancellationToken);
    }));

    private async Task<TcpClient> ConnectAsync(CancellationToken cancellationToken)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, target.Port, cancellationToken);
        return client;
    }
}
