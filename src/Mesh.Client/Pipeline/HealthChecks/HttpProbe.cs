using System.Globalization;
using Mesh.Client.Health.Checks;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;

namespace Mesh.Client.Pipeline.HealthChecks;

/// <summary>One HTTP health check.</summary>
internal static class HttpProbe
{
    private const int DefaultStatus = 200;

    public static async Task<ProbeResult> SendAsync(
        OutboundEndpoint endpoint, HttpHealthProbe probe, string authority, bool reuseConnection, CancellationToken cancellationToken)
    {
        using var request = CreateRequest(endpoint, probe, authority, reuseConnection);
        endpoint.Pool.Enter();
        try
        {
            using var response = await endpoint.Pool.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return Judge((int)response.StatusCode, probe);
        }
        finally
        {
            endpoint.Pool.Leave();
        }
    }

    /// <summary>Expected goes before retriable; any other status is a clear no (Envoy).</summary>
    public static ProbeResult Judge(int status, HttpHealthProbe probe)
    {
        var expected = probe.ExpectedStatuses.Count == 0 ? status == DefaultStatus : probe.ExpectedStatuses.Any(range => range.Contains(status));
        if (expected)
        {
            return ProbeResult.Passed;
        }

        var detail = "HTTP status " + status.ToString(CultureInfo.InvariantCulture);
        return probe.RetriableStatuses.Any(range => range.Contains(status)) ? ProbeResult.NoAnswer(detail) : ProbeResult.Refused(detail);
    }

    private static HttpRequestMessage CreateRequest(OutboundEndpoint endpoint, HttpHealthProbe probe, string authority, bool reuseConnection)
    {
        var request = new HttpRequestMessage(new HttpMethod(probe.Method), $"http://{endpoint.Address}{probe.Path}")
        {
            Version = probe.Http2 ? System.Net.HttpVersion.Version20 : System.Net.HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TryAddWithoutValidation("User-Agent", "Mesh/HC");
        foreach (var (name, value) in probe.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.Host = authority;
        if (!reuseConnection && !probe.Http2)
        {
            request.Headers.ConnectionClose = true;
        }

        return request;
    }
}
