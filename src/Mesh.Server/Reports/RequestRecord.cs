using System.Diagnostics;
using Mesh.Client.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Reports;

/// <summary>What is noted of a request while it is served, so that it can be reported once, at its end; found in its features, when somebody is told.</summary>
internal sealed class RequestRecord
{
    private const string MetadataHeader = "x-envoy-peer-metadata";
    private const string MetadataIdHeader = "x-envoy-peer-metadata-id";

    private readonly CountedRequestBody? _requestBody;
    private readonly CountedResponseBody? _responseBody;

    /// <param name="context">Of the request.</param>
    /// <param name="start">When it came in, as a timestamp of the clock of the stage.</param>
    public RequestRecord(HttpContext context, long start)
    {
        (Context, Start) = (context, start);
        IsGrpc = GrpcBody.IsGrpc(context.Request.ContentType);

        // Taken off by the next stage: they are for telemetry alone.
        var headers = context.Request.Headers;
        PeerMetadata = headers[MetadataHeader];
        PeerMetadataId = headers[MetadataIdHeader];
        _requestBody = CountedRequestBody.Attach(context, IsGrpc);
        _responseBody = CountedResponseBody.Attach(context, IsGrpc);
        context.Features.Set(this);
    }

    public HttpContext Context { get; }

    public long Start { get; }

    public bool IsGrpc { get; }

    /// <summary>What the caller's mesh says of its workload (Envoy's metadata exchange); null when it says nothing.</summary>
    public string? PeerMetadata { get; }

    /// <summary>The caller's node; null when it says nothing.</summary>
    public string? PeerMetadataId { get; }

    /// <summary>The server span of the request; null when nobody sees one.</summary>
    public Activity? Activity { get; set; }

    /// <summary>Whether the mesh has made <see cref="Activity"/>, and ends it.</summary>
    public bool OwnsActivity { get; set; }

    /// <summary>Envoy's letters for why a policy answered; null when none did.</summary>
    public string? Flags { get; private set; }

    /// <summary>Envoy's words for the same.</summary>
    public string? Details { get; private set; }

    public long RequestBytes => _requestBody?.Bytes ?? Context.Request.ContentLength ?? 0;

    public long RequestMessages => _requestBody?.Messages ?? 0;

    public long ResponseBytes => _responseBody?.Bytes ?? 0;

    public long ResponseMessages => _responseBody?.Messages ?? 0;

    /// <summary>Says why a policy answers a request itself; costs a look-up when nobody is told of requests.</summary>
    public static void Mark(HttpContext context, string flags, string details) => context.Features.Get<RequestRecord>()?.Mark(flags, details);

    /// <summary>The caller's own connection is as it was when the request came in.</summary>
    public void Detach()
    {
        _requestBody?.Detach();
        _responseBody?.Detach();
    }

    private void Mark(string flags, string details) =>
        (Flags, Details) = (Flags is null or ResponseFlags.None ? flags : $"{Flags},{flags}", details);
}
