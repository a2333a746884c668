using System.Net;
using System.Net.Sockets;
using Mesh.Client.LoadBalancing.Hashing;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Hashing;

/// <summary>Hashes the address that the request comes from: that of this machine, as a sidecar beside the process would see it.</summary>
/// <remarks>Not the address of the caller that is being served: the policy would then say something else here than in a sidecar.</remarks>
internal sealed class SourceAddressHash(HashPolicy policy) : RequestHashPart(policy.IsTerminal)
{
    private static readonly Lazy<ulong> OwnHash = new(() => XxHash64.Hash(OwnAddress()));

    /// <summary>The same for everything that this process sends.</summary>
    public static ulong Own => OwnHash.Value;

    public override ulong? Compute(OutboundCall call, Random random) => Own;

    private static string OwnAddress()
    {
        // The address of the route to everywhere; connecting a datagram socket sends nothing.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9));
            return ((IPEndPoint)socket.LocalEndPoint!).Address.ToString();
        }
        catch (SocketException)
        {
            return IPAddress.Loopback.ToString();
        }
    }
}
