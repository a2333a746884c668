using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Pipeline.Responses;

/// <summary>Makes the response to a request that the mesh answers itself.</summary>
internal static class LocalReply
{
    /// <summary>For a call whose route is known: its edits apply, and an injected delay stays visible.</summary>
    public static HttpResponseMessage Create(OutboundCall call, LocalFailure failure)
    {
        var told = call.IsDelayed ? failure.AfterDelay() : failure;
        var response = Create(call.Request, told);
        call.Record?.End(told, response);
        return ResponseEdits.Apply(call, response);
    }

    public static HttpResponseMessage Create(HttpRequestMessage request, LocalFailure failure)
    {
        var response = GrpcRequest.Is(request) ? CreateTrailersOnly(request, failure) : CreateText(request, failure);
        response.Headers.TryAddWithoutValidation(MeshTelemetry.ResponseFlagsHeader, failure.Flags);
        if (failure.Flags == ResponseFlags.UpstreamOverflow)
        {
            // By this header Envoy's own retries know that more of the same would not help.
            response.Headers.TryAddWithoutValidation("x-envoy-overloaded", "true");
        }

        return response;
    }

    /// <param name="headers">Of a response that is trailers only, or the trailers.</param>
    /// <param name="failure">What to say.</param>
    public static void WriteGrpcStatus(HttpResponseHeaders headers, LocalFailure failure)
    {
        headers.Remove("grpc-status");
        headers.Remove("grpc-message");
        headers.TryAddWithoutValidation("grpc-status", failure.GrpcStatus.ToString(CultureInfo.InvariantCulture));
        headers.TryAddWithoutValidation("grpc-message", Uri.EscapeDataString(GrpcMessage(failure)));
    }

    private static HttpResponseMessage CreateText(HttpRequestMessage request, LocalFailure failure) => new(failure.Status)
    {
        RequestMessage = request,
        Version = request.Version,
        Content = new StringContent(failure.Text),
    };

    /// <summary>A gRPC client must never see a bare HTTP error: the status is in the headers, and there is no body.</summary>
    private static HttpResponseMessage CreateTrailersOnly(HttpRequestMessage request, LocalFailure failure)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK)
        {
            RequestMessage = request,
            Version = request.Version,
            Content = new ByteArrayContent([]),
        };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue(GrpcRequest.ContentType);
        WriteGrpcStatus(response.Headers, failure);
        return response;
    }

    private static string GrpcMessage(LocalFailure failure) => failure switch
    {
        { Text.Length: > 0 } => failure.Text,
        { Flags: ResponseFlags.NoRoute } => "no matching route found",
        _ => $"the mesh answered {(int)failure.Status} ({failure.Flags})",
    };
}
