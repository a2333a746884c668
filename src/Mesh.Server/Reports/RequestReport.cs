using Mesh.Client.Model;
using Mesh.Client.Telemetry;

namespace Mesh.Server.Reports;

/// <summary>What a served request came to; whose it was says its record.</summary>
internal readonly record struct RequestReport
{
    public RequestReport()
    {
    }

    public TimeSpan Duration { get; init; }

    /// <summary>What the caller was answered; 0 when it had gone before.</summary>
    public int HttpStatus { get; init; }

    /// <summary>-1 when it is not known, and for what is not gRPC.</summary>
    public int GrpcStatus { get; init; } = AttemptOutcome.NoGrpcStatus;

    /// <summary>Envoy's letters, joined by commas; <see cref="ResponseFlags.None"/> when there is nothing to say.</summary>
    public string Flags { get; init; } = ResponseFlags.None;

    /// <summary>Envoy's <c>RESPONSE_CODE_DETAILS</c>.</summary>
    public string Details { get; init; } = RequestDetails.ViaUpstream;

    /// <summary>Of the body: what it says, or what of it was read.</summary>
    public long RequestBytes { get; init; }

    /// <summary>Of the body, as it was written.</summary>
    public long ResponseBytes { get; init; }

    /// <summary>Of a gRPC call.</summary>
    public long RequestMessages { get; init; }

    /// <summary>Of a gRPC call.</summary>
    public long ResponseMessages { get; init; }

    /// <summary>What came out of the application; null when it answered.</summary>
    public Exception? Error { get; init; }
}
