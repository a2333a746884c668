namespace Mesh.Client.Pipeline.Reports;

/// <summary>Is told of every raw connection that goes through the mesh.</summary>
internal interface IConnectionSink
{
    /// <summary>A connection is open.</summary>
    /// <param name="peer">Who is at the other end.</param>
    /// <param name="principal">As that proved; null when it proved nothing.</param>
    IConnectionTally Open(CallPeer peer, string? principal);

    /// <summary>A connection could not be opened.</summary>
    /// <param name="peer">Whom it was for.</param>
    /// <param name="flags">Envoy's letters.</param>
    void Refuse(CallPeer peer, string flags);
}
