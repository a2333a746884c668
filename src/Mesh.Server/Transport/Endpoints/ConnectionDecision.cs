using Mesh.Client.Model;
using Mesh.Server.Transport.Peeking;

namespace Mesh.Server.Transport.Endpoints;

/// <summary>Decides what becomes of a connection by the mode of its port and its first bytes, as Istio's inbound listeners do.</summary>
/// <param name="Course">What becomes of it.</param>
/// <param name="Refusal">Why it is refused, one of <see cref="RefusalReasons"/>; null when it is not.</param>
internal readonly record struct ConnectionDecision(ConnectionCourse Course, string? Refusal)
{
    /// <param name="mode">Of the port.</param>
    /// <param name="peeked">What came first.</param>
    /// <param name="hasOwnTls">Whether the application has TLS of its own on the endpoint.</param>
    public static ConnectionDecision Make(PeerAuthenticationMode mode, in Peeked peeked, bool hasOwnTls) => (mode, peeked.Bytes) switch
    {
        (_, FirstBytes.None) => Refuse(RefusalReasons.NoBytes),
        (PeerAuthenticationMode.Strict, FirstBytes.Tls) => new(ConnectionCourse.MutualTls, null),
        (PeerAuthenticationMode.Strict, FirstBytes.MalformedTls) => Refuse(RefusalReasons.MalformedTls),
        (PeerAuthenticationMode.Strict, _) => Refuse(RefusalReasons.Plaintext),

        // Istio's clients say by ALPN that it is the mesh's TLS; gRPC's do not, so it is all the mesh's where nobody else takes any.
        (PeerAuthenticationMode.Permissive, FirstBytes.Tls) when peeked.Hello.MeshProtocol is not null || !hasOwnTls => new(ConnectionCourse.MutualTls, null),
        (PeerAuthenticationMode.Permissive, FirstBytes.MalformedTls) when !hasOwnTls => Refuse(RefusalReasons.MalformedTls),
        (_, FirstBytes.Http2Preface) => new(ConnectionCourse.Http2, null),
        _ => new(ConnectionCourse.Untouched, null),
    };

    private static ConnectionDecision Refuse(string reason) => new(ConnectionCourse.Refused, reason);
}
