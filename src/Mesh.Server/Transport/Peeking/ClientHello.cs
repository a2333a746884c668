using System.Net.Security;

namespace Mesh.Server.Transport.Peeking;

/// <summary>What a ClientHello says that decides whose TLS this is.</summary>
/// <param name="ServerName">The server name asked for (RFC 6066 3); null when there is none.</param>
/// <param name="OffersHttp">Whether ALPN offers <c>h2</c> or <c>http/1.1</c>.</param>
/// <param name="MeshProtocol">The first ALPN name that starts with <c>istio</c>: by it Istio's clients, and ours, say that this TLS is the mesh's.</param>
internal readonly record struct ClientHello(string? ServerName, bool OffersHttp, SslApplicationProtocol? MeshProtocol);
