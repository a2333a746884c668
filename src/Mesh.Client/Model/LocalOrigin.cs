namespace Mesh.Client.Model;

/// <summary>What went wrong on this side of an attempt, where the endpoint did not answer (Envoy's local origin events).</summary>
internal enum LocalOrigin
{
    /// <summary>Nothing: the endpoint answered.</summary>
    None,

    /// <summary>The connection could not be opened; nothing was sent.</summary>
    ConnectFailure,

    /// <summary>The connection was not open in time; nothing was sent.</summary>
    ConnectTimeout,

    /// <summary>The endpoint says that it has not processed the request: REFUSED_STREAM, or above the last stream of a GOAWAY (RFC 9113 8.7).</summary>
    RefusedStream,

    /// <summary>The connection or stream broke after the request may have been processed.</summary>
    Reset,

    /// <summary>What came back is not the protocol.</summary>
    ProtocolError,

    /// <summary>The attempt's own time was over.</summary>
    AttemptTimeout,

    /// <summary>The time of the whole call was over.</summary>
    DeadlineExceeded,

    /// <summary>A limit of the cluster was reached; nothing was sent.</summary>
    Overflow,

    /// <summary>The caller gave up; says nothing of the endpoint.</summary>
    CallerGone,
}
