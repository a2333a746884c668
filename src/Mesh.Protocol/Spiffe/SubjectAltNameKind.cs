namespace Mesh.Protocol.Spiffe;

/// <summary>Kinds of names in a certificate (RFC 5280 4.2.1.6).</summary>
internal enum SubjectAltNameKind
{
    Email,
    Dns,
    Uri,
    IpAddress,
}
