using Mesh.Client.Dialing;
using Mesh.Client.Limits;
using Mesh.Client.Model;

namespace Mesh.Client.Transport;

/// <summary>What makes two connection pools the same: the address, and every setting of a connection.</summary>
internal readonly record struct EndpointPoolKey(EndpointAddress Address, TimeSpan ConnectTimeout)
{
    public ConnectionPolicy Connection { get; init; } = ConnectionPolicy.Default;

    /// <summary>Null means no TLS but that of an <c>https</c> URI itself.</summary>
    public TlsPolicy? Security { get; init; }

    /// <summary>Counts the connections of the cluster; null when nothing limits them, and then clusters share a pool.</summary>
    public ClusterLimits? Limits { get; init; }

    /// <summary>All addresses of an endpoint that had several when its pool was made, and of nobody else's; null where <see cref="Address"/> was the only one.</summary>
    public AddressList? Addresses { get; init; }
}
