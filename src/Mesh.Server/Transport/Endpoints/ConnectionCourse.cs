namespace Mesh.Server.Transport.Endpoints;

/// <summary>What becomes of a connection.</summary>
internal enum ConnectionCourse
{
    /// <summary>It is closed without a word.</summary>
    Refused,

    /// <summary>To the application as it came.</summary>
    Untouched,

    /// <summary>To the application, as HTTP/2.</summary>
    Http2,

    /// <summary>Mutual TLS of the mesh ends here.</summary>
    MutualTls,
}
