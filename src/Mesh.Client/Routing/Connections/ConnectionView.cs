using System.Collections.Immutable;
using System.Net;

namespace Mesh.Client.Routing.Connections;

/// <summary>What is known of a raw connection before its first byte: what matches may ask for.</summary>
/// <param name="Port">The port that is dialled.</param>
internal readonly record struct ConnectionView(int Port)
{
    /// <summary>The address that is dialled; null when only a name is known.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Whether the caller speaks TLS over the connection.</summary>
    public bool IsTls { get; init; }

    /// <summary>The lower-case server name in the caller's TLS; empty for none.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>What the caller's TLS offers (ALPN), best first.</summary>
    public ImmutableArray<string> ApplicationProtocols { get; init; } = [];
}
