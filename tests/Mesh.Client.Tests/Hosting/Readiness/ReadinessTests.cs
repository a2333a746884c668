using System.Net;
using System.Net.Sockets;
using System.Text;
using Mesh.Client.Hosting.Readiness;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders;
using Mesh.Client.Xds.Decoders.Telemetry;
using Wire = Mesh.Protocol.Extensions.Health;

namespace Mesh.Client.Tests.Hosting.Readiness;

/// <summary>What a process asks itself, and what it makes of the answers.</summary>
public sealed class ReadinessTests : IDisposable
{
    private const string Loopback = "127.0.0.1";

    private readonly ReadinessProber _prober = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _prober.Dispose();

    [Theory]
    [InlineData("++", 1, 3, "R.")]
    [InlineData("-++", 2, 3, "..R")]
    [InlineData("---+", 1, 3, "..NR")]
    [InlineData("+--+---", 1, 3, "R.....N")]
    [InlineData("+-", 1, 1, "RN")]
    public void Record_ByThresholds_ChangesOnlyWhenEnoughAgree(string results, uint successes, uint failures, string expected)
    {
        var progress = new ReadinessProgress(new ReadinessProbePolicy(new TcpReadinessCheck("", 80)) { SuccessThreshold = successes, FailureThreshold = failures });

        var changes = results.Select(result => progress.Record(result == '+') ? progress.IsReady!.Value ? 'R' : 'N' : '.');

        Assert.Equal(expected, string.Concat(changes));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK", true)]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://elsewhere.invalid/", true)]
    [InlineData("HTTP/1.1 404 Not Found", false)]
    [InlineData("HTTP/1.1 503 Service Unavailable", false)]
    [InlineData("nonsense", false)]
    public async Task Probe_OverHttp_PassesWith200To399(string answer, bool passes)
    {
        using var listener = Listen(out var port);
        var serving = AnswerOnceAsync(listener, $"{answer}\r\nContent-Length: 0\r\n\r\n");

        var problem = await _prober.ProbeAsync(
            new HttpReadinessCheck("", port, "/ready?x=1", IsTls: false) { Headers = [new("X-Probe", "yes"), new("Host", "reviews")] }, Loopback, Cancellation);

        var request = await serving;
        Assert.Equal(passes, problem is null);
        Assert.StartsWith("GET /ready?x=1 HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("X-Probe: yes\r\n", request, StringComparison.Ordinal);
        Assert.Contains("Host: reviews\r\n", request, StringComparison.Ordinal);
        Assert.Contains("User-Agent: istio-probe/1.0\r\n", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_OverTcp_PassesWhereSomebodyListens()
    {
        var listener = Listen(out var port);

        Assert.Null(await _prober.ProbeAsync(new TcpReadinessCheck("localhost", port), Loopback, Cancellation));
        listener.Dispose();
        Assert.NotNull(await _prober.ProbeAsync(new TcpReadinessCheck("", port), Loopback, Cancellation));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.9", true)]
    [InlineData("10.0.0.5", true)]
    [InlineData("169.254.169.254", false)]
    [InlineData("metadata.internal", false)]
    public void Refuse_OfAnotherHost_IsTheReason(string host, bool isRun)
    {
        Assert.Equal(isRun, ReadinessProber.Refuse(new HttpReadinessCheck(host, 80, "/", IsTls: false), "10.0.0.5") is null);
        Assert.Equal(isRun, ReadinessProber.Refuse(new TcpReadinessCheck(host, 80), "10.0.0.5") is null);
    }

    [Fact]
    public void Decode_OfEachKind_IsItsCheck_AndWhatIsWrongIsRefused()
    {
        Assert.Equal(new GrpcReadinessCheck(9000, "web"), Decode(new Wire.ReadinessProbe { Grpc = new Wire.GrpcReadiness { Port = 9000, Service = "web" } })!.Check);
        Assert.Equal(
            new HttpReadinessCheck("", 80, "/x", IsTls: true) { Headers = [new("a", "b")] },
            Decode(new Wire.ReadinessProbe { Http = new Wire.HttpReadiness { Port = 80, Path = "/x", Tls = true, Headers = { new Wire.ReadinessHeader { Name = "a", Value = "b" } } } })!.Check);
        Assert.Contains("it would run 'a b'", Assert.IsType<RefusedReadinessCheck>(Decode(new Wire.ReadinessProbe { Exec = new Wire.ExecReadiness { Command = { "a", "b" } } })!.Check).Reason, StringComparison.Ordinal);
        Assert.Null(Decode(null));
        Assert.Throws<InvalidOperationException>(() => Decode(new Wire.ReadinessProbe { Tcp = new Wire.TcpReadiness { Port = 70_000 } }));
        Assert.Throws<InvalidOperationException>(() => Decode(new Wire.ReadinessProbe()));
    }

    private static ReadinessProbePolicy? Decode(Wire.ReadinessProbe? message)
    {
        var errors = new DecodeErrors();
        var decoded = ReadinessProbeDecoder.Decode(message, errors);
        return errors.Any ? throw new InvalidOperationException("refused") : decoded;
    }

    private static TcpListener Listen(out int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }

    private static async Task<string> AnswerOnceAsync(TcpListener listener, string answer)
    {
        using var socket = await listener.AcceptSocketAsync(Cancellation);
        var (buffer, request) = (new byte[4096], "");
        while (!request.Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            request += Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, SocketFlags.None, Cancellation));
        }

        await socket.SendAsync(Encoding.ASCII.GetBytes(answer), SocketFlags.None, Cancellation);
        return request;
    }
}
