using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.ControlPlane.Tests.Registries;

/// <summary>A DNS server that answers SRV questions by a script, by UDP and TCP on one port.</summary>
internal sealed class DnsServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TcpListener _tcp;
    private readonly UdpClient _udp;
    private readonly Task[] _loops;

    public DnsServer()
    {
        _tcp = new TcpListener(IPAddress.Loopback, 0);
        _tcp.Start();
        Address = (IPEndPoint)_tcp.LocalEndpoint;
        _udp = new UdpClient(Address);
        _loops = [Task.Run(DatagramsAsync), Task.Run(StreamsAsync)];
    }

    public IPEndPoint Address { get; }

    /// <summary>Priority, weight, port, target.</summary>
    public volatile (ushort Priority, ushort Weight, ushort Port, string Target)[] Records = [];

    public volatile byte Code;

    /// <summary>Whether datagrams say that they are too short.</summary>
    public volatile bool Truncates;

    public int Streams;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await Task.WhenAll(_loops);
        _stopping.Dispose();
    }

    private async Task DatagramsAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var received = await _udp.ReceiveAsync(_stopping.Token);

                // Somebody who guesses comes first: another id.
                var forged = Answer(received.Buffer, truncated: false);
                forged[0] ^= 0xFF;
                await _udp.SendAsync(forged, received.RemoteEndPoint, _stopping.Token);
                await _udp.SendAsync(Answer(received.Buffer, Truncates), received.RemoteEndPoint, _stopping.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task StreamsAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                using var client = await _tcp.AcceptTcpClientAsync(_stopping.Token);
                Interlocked.Increment(ref Streams);
                var stream = client.GetStream();
                var length = new byte[2];
                await stream.ReadExactlyAsync(length, _stopping.Token);
                var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(question, _stopping.Token);
                var answer = Answer(question, truncated: false);
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
                await stream.WriteAsync(length, _stopping.Token);
                await stream.WriteAsync(answer, _stopping.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
            }
        }
    }

    private byte[] Answer(byte[] question, bool truncated)
    {
        var records = truncated || Code != 0 ? [] : Records;
        var answer = new List<byte>(question);
        answer[2] = (byte)(0x81 | (truncated ? 0x02 : 0));
        answer[3] = (byte)(0x80 | Code);
        answer[7] = (byte)records.Length;
        foreach (var (priority, weight, port, target) in records)
        {
            var data = new List<byte>();
            Add(data, priority);
            Add(data, weight);
            Add(data, port);
            foreach (var label in target.Split('.', StringSplitOptions.RemoveEmptyEntries))
            {
                data.Add((byte)label.Length);
                data.AddRange(Encoding.ASCII.GetBytes(label));
            }

            data.Add(0);

            // The name is a pointer to the question's.
            answer.AddRange([0xC0, 12, 0, 33, 0, 1, 0, 0, 0, 1]);
            Add(answer, (ushort)data.Count);
            answer.AddRange(data);
        }

        return [.. answer];
    }

    private static void Add(List<byte> bytes, ushort value) => bytes.AddRange([(byte)(value >> 8), (byte)value]);
}
