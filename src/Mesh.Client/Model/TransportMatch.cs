namespace Mesh.Client.Model;

/// <summary>The transport of those endpoints of a cluster that carry certain labels (Envoy's <c>transport_socket_matches</c>).</summary>
/// <param name="Labels">All of them are carried; empty fits every endpoint.</param>
/// <param name="Security">Null means no TLS but that of an <c>https</c> URI itself.</param>
internal sealed record TransportMatch(ValueList<TransportLabel> Labels, TlsPolicy? Security)
{
    public bool Fits(ValueList<TransportLabel> carried)
    {
        foreach (var label in Labels.ToImmutable())
        {
            if (!carried.ToImmutable().Contains(label))
            {
                return false;
            }
        }

        return true;
    }
}
