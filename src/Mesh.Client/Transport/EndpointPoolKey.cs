using Mesh.Client.Model;

namespace Mesh.Client.Transport;

/// <summary>What makes two connection pools the same: the address, and every setting of a connection.</summary>
internal readonly record struct EndpointPoolKey(EndpointAddress Address, TimeSpan ConnectTimeout);
