namespace Mesh.Protocol.Spiffe;

/// <summary>At which end of a connection a certificate is shown.</summary>
internal enum SvidUsage
{
    Client,
    Server,
}
