using Mesh.Client.Pipeline.Reports;

namespace Mesh.Server.Transport.Counting;

/// <summary>Is told of every connection to a port at which no HTTP is spoken.</summary>
internal interface IServedConnectionSink
{
    /// <summary>A connection is let in.</summary>
    /// <param name="principal">Who opened it, as that proved; null when it proved nothing.</param>
    IConnectionTally Open(string? principal);
}
