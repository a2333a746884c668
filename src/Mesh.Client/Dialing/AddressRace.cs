using System.Net;
using System.Net.Sockets;

namespace Mesh.Client.Dialing;

/// <summary>Connects to the first address of a host that takes a connection, and waits for none that is dead: "happy eyeballs", RFC 8305.</summary>
internal static class AddressRace
{
    /// <summary>RFC 8305 8; Envoy has 300 ms.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(250);

    // Whoever answers for the name could otherwise have a process open as many connections at a time as it likes.
    private const int MaxAddresses = 16;

    /// <summary>A socket connected to a host: an address, or a name, which is resolved now.</summary>
    /// <inheritdoc cref="ConnectAsync(IReadOnlyList{IPAddress}, int, Action{Socket}?, TimeProvider, CancellationToken)"/>
    public static async Task<Socket> ConnectAsync(string host, int port, Action<Socket>? prepare, TimeProvider time, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out var address)
            ? await OpenAsync(new IPEndPoint(address, port), prepare, cancellationToken).ConfigureAwait(false)
            : await ConnectAsync(await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false), port, prepare, time, cancellationToken).ConfigureAwait(false);

    /// <summary>A connected socket.</summary>
    /// <param name="addresses">Of the host, in the order in which the system prefers them (RFC 6724).</param>
    /// <param name="port">At all of them.</param>
    /// <param name="prepare">Sets what a socket needs before it is connected; null for nothing.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SocketException">None takes a connection: why the first that failed did not.</exception>
    public static Task<Socket> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, Action<Socket>? prepare, TimeProvider time, CancellationToken cancellationToken) =>
        FirstAsync([.. addresses.Select(address => new IPEndPoint(address, port))], (address, stop) => OpenAsync(address, prepare, stop), time, cancellationToken);

    /// <summary>A socket connected to one address.</summary>
    public static async Task<Socket> OpenAsync(IPEndPoint address, Action<Socket>? prepare, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            prepare?.Invoke(socket);
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);

            // Remembered by the socket. The runtime's handler asks for it, too, and there a reset that has come meanwhile would be no failure of the connection, but an exception for its caller.
            _ = socket.RemoteEndPoint;
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What is opened first, with all that belongs to opening it (gRFC A61: after all handshakes); what is opened after it is disposed.</summary>
    public static async Task<T> FirstAsync<T>(
        IReadOnlyList<IPEndPoint> addresses, Func<IPEndPoint, CancellationToken, Task<T>> open, TimeProvider time, CancellationToken cancellationToken)
        where T : IDisposable
    {
        var waiting = new Queue<IPEndPoint>(Interleave(addresses).Take(MaxAddresses));
        var running = new List<Task<T>>(waiting.Count);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? failure = null;
        try
        {
            while (true)
            {
                if (waiting.TryDequeue(out var address))
                {
                    running.Add(open(address, stop.Token));
                }
                else if (running.Count == 0)
                {
                    throw failure ?? new SocketException((int)SocketError.HostNotFound);
                }

                if (await NextAsync(running, waiting.Count > 0, time, stop.Token).ConfigureAwait(false) is not { } done)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    continue;
                }

                running.Remove(done);
                if (done.IsCompletedSuccessfully)
                {
                    return await done.ConfigureAwait(false);
                }

                cancellationToken.ThrowIfCancellationRequested();
                failure ??= done.Exception?.InnerException;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            running.ForEach(DropWhenOpen);
        }
    }

    /// <summary>The attempt that is over; null when it is time for the next one.</summary>
    private static async Task<Task<T>?> NextAsync<T>(List<Task<T>> running, bool hasMore, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!hasMore)
        {
            return await Task.WhenAny(running).ConfigureAwait(false);
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pause = Task.Delay(Delay, time, over.Token);
        var done = await Task.WhenAny([pause, .. running]).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        return done as Task<T>;
    }

    /// <summary>RFC 8305 4: the families take turns, beginning with the one that is preferred.</summary>
    private static IEnumerable<IPEndPoint> Interleave(IReadOnlyList<IPEndPoint> addresses)
    {
        var families = addresses.GroupBy(address => address.AddressFamily).Select(family => family.ToArray()).ToArray();
        for (var place = 0; place < addresses.Count; place++)
        {
            foreach (var family in families.Where(family => place < family.Length))
            {
                yield return family[place];
            }
        }
    }

    private static void DropWhenOpen<T>(Task<T> attempt)
        where T : IDisposable => _ = attempt.ContinueWith(
            static done =>
            {
                if (done.IsCompletedSuccessfully)
                {
                    done.Result.Dispose();
                }
                else
                {
                    // Observed: nobody else waits for it.
                    _ = done.Exception;
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}
