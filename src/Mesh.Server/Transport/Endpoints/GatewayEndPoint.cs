using System.Net;

namespace Mesh.Server.Transport.Endpoints;

/// <summary>Stands for all ports of the gateway in Kestrel's list of endpoints: which ones there are changes while the server runs.</summary>
internal sealed class GatewayEndPoint : EndPoint
{
    /// <summary>What the server's list of addresses shows.</summary>
    public const string Name = "mesh-gateway";

    public static GatewayEndPoint Instance { get; } = new();

    public override string ToString() => Name;
}
