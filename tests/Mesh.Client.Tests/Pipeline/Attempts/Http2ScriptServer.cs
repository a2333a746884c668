using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Client.Tests.Pipeline.Attempts;

/// <summary>Speaks raw HTTP/2 frames: whatever it is told to do with a request's headers, and nothing else.</summary>
internal sealed class Http2ScriptServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _requests;
    private int _connections;

    /// <param name="onRequest">What happens with the stream of a request.</param>
    public Http2ScriptServer(Func<Connection, int, Task> onRequest)
    {
        _listener.Start();
        _accepting = AcceptAsync(onRequest);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Requests => Volatile.Read(ref _requests);

    public int Connections => Volatile.Read(ref _connections);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<Connection, int, Task> onRequest)
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                serving.Add(ServeAsync(client, onRequest));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client, Func<Connection, int, Task> onRequest)
    {
        using (client)
        {
            try
            {
                var connection = new Connection(client);
                await connection.OpenAsync(_stop.Token);
                while (true)
                {
                    var (type, stream) = await connection.ReadAsync(_stop.Token);
                    if (type == Connection.Headers)
                    {
                        Interlocked.Increment(ref _requests);
                        await onRequest(connection, stream);
                    }
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The client has gone, or the script has closed the connection.
            }
        }
    }

    internal sealed class Connection(TcpClient client)
    {
        public const byte Headers = 1;

        private const byte ResetStream = 3;
        private const byte Settings = 4;
        private const byte GoAwayFrame = 7;

        private readonly NetworkStream _stream = client.GetStream();

        public async Task OpenAsync(CancellationToken cancellationToken)
        {
            await _stream.ReadExactlyAsync(new byte[24], cancellationToken);
            await WriteAsync(Settings, 0, []);
            await WriteAsync(Settings, 0, [], flags: 1);
        }

        public async Task<(byte Type, int Stream)> ReadAsync(CancellationToken cancellationToken)
        {
            var head = new byte[9];
            await _stream.ReadExactlyAsync(head, cancellationToken);
            await _stream.ReadExactlyAsync(new byte[(head[0] << 16) | (head[1] << 8) | head[2]], cancellationToken);
            return (head[3], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)));
        }

        public Task ResetAsync(int stream, int error) => WriteAsync(ResetStream, stream, Number(error));

        public Task GoAwayAsync(int lastStream, int error) => WriteAsync(GoAwayFrame, 0, [.. Number(lastStream), .. Number(error)]);

        /// <summary>Status 200 and the end of the stream (HPACK: index 8 of the static table).</summary>
        public Task AnswerAsync(int stream) => WriteAsync(Headers, stream, [0x88], flags: 5);

        public void Close() => client.Close();

        private async Task WriteAsync(byte type, int stream, byte[] payload, byte flags = 0) =>
            await _stream.WriteAsync(new byte[] { 0, 0, (byte)payload.Length, type, flags }.Concat(Number(stream)).Concat(payload).ToArray());

        private static byte[] Number(int value)
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, value);
            return bytes;
        }
    }
}
