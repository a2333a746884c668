using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mesh.ControlPlane.Registry.Feeds;

namespace Mesh.ControlPlane.Registries.Dns;

/// <summary>Asks DNS servers for SRV records, which the platform does not: by UDP, and by TCP when the answer does not fit (RFC 1035 4.2).</summary>
/// <param name="servers">In turn; none for those of the machine.</param>
/// <param name="time">For limits of time.</param>
internal sealed class ServiceRecordClient(ImmutableArray<IPEndPoint> servers, TimeProvider time)
{
    private const int DnsPort = 53;
    private const int LargestDatagram = 4096;
    private const int Rounds = 2;

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(2);

    /// <exception cref="RegistryFailure">No server answered with records.</exception>
    public async Task<ImmutableArray<ServiceRecord>> QueryAsync(string name, CancellationToken cancellationToken)
    {
        var asked = servers.IsEmpty ? OfMachine() : servers;
        var reason = "this machine names no DNS server";
        for (var attempt = 0; attempt < Rounds * asked.Length; attempt++)
        {
            var server = asked[attempt % asked.Length];
            using var limit = new CancellationTokenSource(AnswerTime, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                return await AskAsync(server, name, both.Token);
            }
            catch (Exception exception) when (exception is FormatException or SocketException or IOException)
            {
                reason = $"{server}: {exception.Message}";
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                reason = $"{server} did not answer within {AnswerTime.TotalSeconds:0} s";
            }
        }

        throw new RegistryFailure($"The SRV records of {name} could not be read: {reason}");
    }

    private static async Task<ImmutableArray<ServiceRecord>> AskAsync(IPEndPoint server, string name, CancellationToken cancellationToken)
    {
        // Whoever wants to slip in an answer of his own must guess the id and the port.
        var question = ServiceRecordMessage.Question((ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1), name);
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellationToken);
        await socket.SendAsync(question, SocketFlags.None, cancellationToken);
        var buffer = new byte[LargestDatagram];
        while (true)
        {
            var answer = buffer.AsMemory(0, await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken));
            if (ServiceRecordMessage.Answers(answer.Span, question))
            {
                answer = ServiceRecordMessage.IsTruncated(answer.Span) ? await AskByStreamAsync(server, question, cancellationToken) : answer;
                return ServiceRecordMessage.Read(answer.Span, question.Length);
            }
        }
    }

    private static async Task<Memory<byte>> AskByStreamAsync(IPEndPoint server, byte[] question, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancellationToken);
        await using var stream = new NetworkStream(socket);
        var framed = new byte[question.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)question.Length);
        question.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancellationToken);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancellationToken);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        return ServiceRecordMessage.Answers(answer, question) ? answer : throw new FormatException("The DNS server answered another question.");
    }

    private static ImmutableArray<IPEndPoint> OfMachine() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(adapter => adapter.OperationalStatus == OperationalStatus.Up)
            .SelectMany(adapter => adapter.GetIPProperties().DnsAddresses)
            .Distinct()
            .Select(address => new IPEndPoint(address, DnsPort)),
    ];
}
