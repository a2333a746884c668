using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Mesh.Client.Health.Checks;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;

namespace Mesh.Client.Pipeline.HealthChecks;

/// <summary>One call of <c>grpc.health.v1.Health/Check</c>.</summary>
internal static class GrpcProbe
{
    /// <summary>The answer is a few bytes; a longer one is none.</summary>
    private const int MaxResponse = 1024;

    private const string Ok = "0";

    public static async Task<ProbeResult> SendAsync(OutboundEndpoint endpoint, GrpcHealthProbe probe, string authority, CancellationToken cancellationToken)
    {
        using var request = CreateRequest(endpoint, probe, authority);
        endpoint.Pool.Enter();
        try
        {
            using var response = await endpoint.Pool.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return ProbeResult.Refused("HTTP status " + ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
            }

            var body = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
            return Judge(Status(response), GrpcHealthMessage.ReadStatus(body.Span));
        }
        finally
        {
            endpoint.Pool.Leave();
        }
    }

    private static ProbeResult Judge(string? status, int? health) => (status, health) switch
    {
        (Ok, GrpcHealthMessage.Serving) => ProbeResult.Passed,
        (Ok, { } other) => ProbeResult.Refused($"serving status {other}"),
        (Ok, null) => ProbeResult.Refused("an answer that is no HealthCheckResponse"),
        _ => ProbeResult.Refused($"gRPC status {status ?? "missing"}"),
    };

    private static HttpRequestMessage CreateRequest(OutboundEndpoint endpoint, GrpcHealthProbe probe, string authority)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"http://{endpoint.Address}/grpc.health.v1.Health/Check")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(GrpcHealthMessage.Request(probe.ServiceName)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.Host = authority;
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.TryAddWithoutValidation("User-Agent", "Mesh/HC");
        return request;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var buffer = new byte[MaxResponse];
            var length = await body.ReadAtLeastAsync(buffer, MaxResponse, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return buffer.AsMemory(0, length);
        }
    }

    // A trailers-only response has it among its headers.
    private static string? Status(HttpResponseMessage response) =>
        response.TrailingHeaders.TryGetValues("grpc-status", out var trailer) ? trailer.First()
        : response.Headers.TryGetValues("grpc-status", out var header) ? header.First()
        : null;
}
