using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Identity;
using Mesh.EndToEnd.Tests.Failures;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.Security;

/// <summary>Certificates and roots change while requests run, and none fails; without a certificate none succeeds.</summary>
/// <remarks><c>MESH_ROTATION_SECONDS=60</c> runs the first test for as long as the goal says.</remarks>
public sealed class RotationTests(ITestOutputHelper output)
{
    private const int RequestsPerSecond = 500;

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(4);
    private static readonly Uri Address = new("http://reviews:9080/");
    private static readonly KeyValuePair<string, string?> Lifetime = new("Mesh:Identity:Lifetime", $"{Life}");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static int Seconds => int.TryParse(Environment.GetEnvironmentVariable("MESH_ROTATION_SECONDS"), out var seconds) ? seconds : 10;

    [Fact]
    public async Task Certificate_RotatedEveryTwoSecondsUnderLoad_FailsNoRequestAndIsInTheNextHandshake()
    {
        await using var mesh = await StartMeshAsync(strict: true);
        var server = await SecureReviews.StartAsync(mesh, Cancellation, Lifetime);
        using var client = await SecureReviews.StartCallerAsync(mesh, "caller", Cancellation, Lifetime);
        await ReachesAsync(client, SecureReviews.IdOf("caller"));
        var identity = server.App.Services.GetRequiredService<IWorkloadIdentity>();
        var rotations = new ConcurrentQueue<Task<(string Expected, string Shown)>>();
        var port = SecureReviews.PortOf(server);
        var last = identity.Current!.Leaf.SerialNumber;
        identity.Changed += () =>
        {
            if (identity.Current is { } current && Interlocked.Exchange(ref last, current.Leaf.SerialNumber) is { } before && before != current.Leaf.SerialNumber)
            {
                rotations.Enqueue(Task.Run(async () => (current.Leaf.SerialNumber, await ShownAsync(port))));
            }
        };

        var load = new PacedLoad(client, Address, TimeProvider.System);
        await load.RunAsync(Seconds * RequestsPerSecond, Cancellation);

        output.WriteLine($"{load.Sent} requests, {load.Failures.Count} failed, {rotations.Count} rotations of the server");
        Assert.Empty(load.Failures);
        Assert.True(rotations.Count >= Seconds / 4, $"{rotations.Count} rotations");
        foreach (var rotation in await Task.WhenAll(rotations))
        {
            Assert.Equal(rotation.Expected, rotation.Shown);
        }
    }

    [Fact]
    public async Task Root_AddedReissuedAndDroppedUnderLoad_FailsNoRequest()
    {
        await using var mesh = await StartMeshAsync(strict: true, TimeSpan.FromMinutes(10));

        // Connections that were opened between the renewals of the two ends rest on the old root still, and are renewed when it goes.
        mesh.Logs.Expect("PeerDistrusted");
        var server = await SecureReviews.StartAsync(mesh, Cancellation);
        var caller = await mesh.StartClientAsync("caller", Cancellation, mesh.SettingsOf("caller"));
        using var client = caller.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await ReachesAsync(client, SecureReviews.IdOf("caller"));
        IWorkloadIdentity[] workloads = [server.App.Services.GetRequiredService<IWorkloadIdentity>(), caller.Services.GetRequiredService<IWorkloadIdentity>()];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var load = new PacedLoad(client, Address, TimeProvider.System);
        var running = RunUntilAsync(load, stop.Token);

        mesh.Authority.AddRoot();
        await Eventually.ReachesAsync("both know the added root", () => workloads.All(workload => workload.Bundles.Own!.Roots.Length == 2), cancellationToken: Cancellation);
        var former = workloads.Select(workload => workload.Current!.Leaf.SerialNumber).ToArray();
        mesh.Authority.Reissue();
        await Eventually.ReachesAsync("both have renewed", () => !workloads.Any(workload => former.Contains(workload.Current!.Leaf.SerialNumber)), cancellationToken: Cancellation);
        mesh.Authority.DropRoot();
        await Eventually.ReachesAsync("both know one root", () => workloads.All(workload => workload.Bundles.Own!.Roots.Length == 1), cancellationToken: Cancellation);
        var sent = load.Sent;
        await Eventually.ReachesAsync("the load goes on", () => load.Sent > sent + RequestsPerSecond, cancellationToken: Cancellation);
        await stop.CancelAsync();
        await running;

        output.WriteLine($"{load.Sent} requests, {load.Failures.Count} failed");
        Assert.Empty(load.Failures);
    }

    [Fact]
    public async Task C03_AuthorityGoneUntilTheCertificateEnds_RefusesAndNeverSendsPlaintext()
    {
        // PERMISSIVE: plaintext would be taken.
        await using var mesh = await StartMeshAsync(strict: false);
        foreach (var name in (string[])["XdsDisconnected", "RenewalLate", "RenewalUrgent", "CertificateExpired", "NotEnrolled", "PeerRefused", "PeerDistrusted", "ConnectionRefused"])
        {
            mesh.Logs.Expect(name);
        }

        await SecureReviews.StartAsync(mesh, Cancellation);

        // So long a connection waits for a certificate, which must be shorter than it may take itself.
        using var client = await SecureReviews.StartCallerAsync(mesh, "caller", Cancellation, Lifetime, new("Mesh:Outbound:DiscoveryTimeout", "00:00:02"));
        await ReachesAsync(client, SecureReviews.IdOf("caller"));

        await mesh.StopControlPlaneAsync(Cancellation);
        var outcomes = new HashSet<string>(StringComparer.Ordinal);
        await Eventually.ReachesAsync(
            "refused", async () => outcomes.Add(await CallAsync(client)) && outcomes.Contains(SecureReviews.Refused), () => string.Join(',', outcomes), cancellationToken: Cancellation);
        for (var again = 0; again < 3; again++)
        {
            using var response = await client.GetAsync(Address, Cancellation);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            var text = await response.Content.ReadAsStringAsync(Cancellation);
            Assert.True(text.Contains("TLS_error", StringComparison.Ordinal), text);
        }

        Assert.Subset(new HashSet<string>([SecureReviews.IdOf("caller"), SecureReviews.Refused]), outcomes);
        Assert.Contains(mesh.Logs.Entries, entry => entry.EventName == "CertificateExpired");
    }

    private static Task<InProcessMesh> StartMeshAsync(bool strict, TimeSpan? life = null) =>
        InProcessMesh.StartAsync(
            SecureReviews.Service + $$"""

            ---
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: default}
            spec: { mtls: { mode: {{(strict ? "STRICT" : "PERMISSIVE")}} } }
            """,
            Cancellation,
            Microsoft.Extensions.Logging.LogLevel.Information,
            options =>
            {
                options.Authority.DefaultLifetime = life ?? TimeSpan.FromHours(1);
                options.Authority.Rate = 100;
            });

    private static async Task RunUntilAsync(PacedLoad load, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await load.RunAsync(RequestsPerSecond / 5, CancellationToken.None);
        }
    }

    private static Task<string> CallAsync(HttpClient client) => SecureReviews.CallAsync(client, Address.ToString(), Cancellation);

    private static Task ReachesAsync(HttpClient client, string outcome) => SecureReviews.ReachesAsync(outcome, () => CallAsync(client), Cancellation);

    /// <summary>The serial of the certificate that a new connection is shown; it is refused for showing none itself.</summary>
    private static async Task<string> ShownAsync(int port)
    {
        var serial = "";
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        await using var tls = new SslStream(socket.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "reviews",
            RemoteCertificateValidationCallback = (_, certificate, _, _) => (serial = ((X509Certificate2)certificate!).SerialNumber).Length > 0,
        };
        try
        {
            await tls.AuthenticateAsClientAsync(options, Cancellation);
        }
        catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException)
        {
        }

        return serial;
    }
}
