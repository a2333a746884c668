using Mesh.Client.Model;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Pipeline.Reports;

/// <summary>What a logical call came to; who was called, and by which route, says the call itself.</summary>
internal readonly record struct CallReport
{
    public CallReport()
    {
    }

    /// <summary>From the first stage to the end.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What the caller was answered; 0 when there was no answer. gRPC answers of the mesh's own count with the HTTP status that they are sent with, 200.</summary>
    public int HttpStatus { get; init; }

    /// <summary>-1 when it is not known, and for what is not gRPC.</summary>
    public int GrpcStatus { get; init; } = AttemptOutcome.NoGrpcStatus;

    /// <summary>Envoy's letters, joined by commas; <see cref="ResponseFlags.None"/> when there is nothing to say.</summary>
    public string Flags { get; init; } = ResponseFlags.None;

    /// <summary>Envoy's <c>RESPONSE_CODE_DETAILS</c>.</summary>
    public string Details { get; init; } = CallDetails.ViaUpstream;

    /// <summary>Why no connection could be made; null otherwise.</summary>
    public string? Failure { get; init; }

    /// <summary>Of the body, as far as it was sent; a body that says its length counts with it.</summary>
    public long RequestBytes { get; init; }

    /// <summary>Of the body, as far as it was read; a short one that says its length counts with it.</summary>
    public long ResponseBytes { get; init; }

    /// <summary>Of a gRPC call.</summary>
    public long RequestMessages { get; init; }

    /// <summary>Of a gRPC call.</summary>
    public long ResponseMessages { get; init; }

    /// <summary>How many were made; 0 when no endpoint was asked.</summary>
    public int Attempts { get; init; }

    /// <summary>The last endpoint's response, or the mesh's own; null when there was none. Its body may be gone.</summary>
    public HttpResponseMessage? Response { get; init; }

    /// <summary>What the caller gets thrown; null when it is answered.</summary>
    public Exception? Error { get; init; }
}
