using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.HealthChecks;

namespace Mesh.Client.Hosting.Readiness;

/// <summary>Asks this process one question, on a connection of its own, as kubelet does.</summary>
internal sealed class ReadinessProber : IDisposable
{
    private const int LowestSuccess = 200;
    private const int HighestSuccess = 399;
    private const int MaxResponse = 1024;
    private const string Localhost = "localhost";
    private const string Agent = "istio-probe/1.0";

    // A probe must not be sent elsewhere, and the certificate of one's own port is no secret to verify (kubelet and istio-agent take any).
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.Zero,
#pragma warning disable CA5359 // It is asked whether the process answers, not who it is.
        SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
#pragma warning restore CA5359
    });

    /// <summary>Why a check is not run at all; null when it is.</summary>
    /// <param name="check">The control plane's word.</param>
    /// <param name="address">Where callers reach this process.</param>
    public static string? Refuse(ReadinessCheck check, string address) => check switch
    {
        RefusedReadinessCheck refused => refused.Reason,
        HttpReadinessCheck { Host: var host } when !IsOwn(host, address) => RefuseHost(host),
        TcpReadinessCheck { Host: var host } when !IsOwn(host, address) => RefuseHost(host),
        _ => null,
    };

    /// <summary>Null when it passed; otherwise why not.</summary>
    /// <param name="check">What to ask.</param>
    /// <param name="address">Where callers reach this process.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<string?> ProbeAsync(ReadinessCheck check, string address, CancellationToken cancellationToken)
    {
        try
        {
            return check switch
            {
                HttpReadinessCheck http => await HttpAsync(http, address, cancellationToken).ConfigureAwait(false),
                TcpReadinessCheck tcp => await TcpAsync(tcp, address, cancellationToken).ConfigureAwait(false),
                GrpcReadinessCheck grpc => await GrpcAsync(grpc, address, cancellationToken).ConfigureAwait(false),
                _ => throw new NotSupportedException($"No check of kind {check.GetType().Name} is known."),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or IOException)
        {
            return (exception.InnerException ?? exception).Message;
        }
    }

    public void Dispose() => _http.Dispose();

    private static string RefuseHost(string host) => $"it asks '{host}', and a process asks itself alone; leave host out";

    private static bool IsOwn(string host, string address) =>
        host.Length == 0 || host == address || host.Equals(Localhost, StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));

    private static string HostOf(string host, string address)
    {
        var chosen = host.Length > 0 ? host : address;
        return chosen.Contains(':', StringComparison.Ordinal) ? $"[{chosen}]" : chosen;
    }

    private async Task<string?> HttpAsync(HttpReadinessCheck check, string address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{(check.IsTls ? "https" : "http")}://{HostOf(check.Host, address)}:{check.Port}{check.Path}");
        request.Headers.TryAddWithoutValidation("User-Agent", Agent);
        foreach (var (name, value) in check.Headers)
        {
            if (name.Equals("host", StringComparison.OrdinalIgnoreCase))
            {
                request.Headers.Host = value;
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return (int)response.StatusCode is >= LowestSuccess and <= HighestSuccess ? null : $"status {((int)response.StatusCode).ToString(CultureInfo.InvariantCulture)} of {request.RequestUri}";
    }

    private static async Task<string?> TcpAsync(TcpReadinessCheck check, string address, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(check.Host.Length > 0 ? check.Host : address, check.Port, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async Task<string?> GrpcAsync(GrpcReadinessCheck check, string address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{HostOf("", address)}:{check.Port}/grpc.health.v1.Health/Check")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(GrpcHealthMessage.Request(check.Service)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.TryAddWithoutValidation("User-Agent", Agent);
        using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[MaxResponse];
        var length = await body.ReadAtLeastAsync(buffer, MaxResponse, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return GrpcHealthMessage.ReadStatus(buffer.AsSpan(0, length)) switch
        {
            GrpcHealthMessage.Serving => null,
            { } status => $"serving status {status.ToString(CultureInfo.InvariantCulture)}",
            null => $"no answer of grpc.health.v1, HTTP status {((int)response.StatusCode).ToString(CultureInfo.InvariantCulture)}",
        };
    }
}
