using Mesh.EndToEnd.Tests.Grpc;
using Mesh.Protocol.Grpc;
using Mesh.Testing;
using Mesh.Testing.Connections;
using Mesh.Testing.InProcess;
using Mesh.Testing.Logging;
using Mesh.Testing.Peers;

namespace Mesh.EndToEnd.Tests.Security;

/// <summary>gRPC's own libraries with xDS credentials (gRFC A29, A36, A41) meet Mesh.Server and Mesh.Client over mutual TLS, and both sides authorize by principal.</summary>
public sealed class ForeignPeerTests
{
    private const string Target = "xds:///greeter.default.svc.cluster.local:50051";
    private const string Denied = "!PERMISSION_DENIED";

    public static TheoryData<string> Languages => ["python", "node"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Client_WithXdsCredentials_IsKnownAndAuthorizedByPrincipal(string language)
    {
        Require(language);
        await using var mesh = await InProcessMesh.StartAsync(Service + Rules("alice"), Cancellation);
        await new GreeterService().StartAsync(mesh, Cancellation);
        await using var alice = await SecurePeer.StartClientAsync(language, mesh, "alice", Target, Cancellation);
        await using var bob = await SecurePeer.StartClientAsync(language, mesh, "bob", Target, Cancellation);

        await ReachesAsync(alice, SecureReviews.IdOf("alice"));
        await ReachesAsync(bob, Denied);

        mesh.Write("mesh.yaml", Service + Rules("bob"));
        await ReachesAsync(alice, Denied);
        await ReachesAsync(bob, SecureReviews.IdOf("bob"));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Client_WithoutMutualTls_IsRefusedOnStrict(string language)
    {
        Require(language);
        await using var mesh = await InProcessMesh.StartAsync(Service + Rules("alice").Replace("ISTIO_MUTUAL", "DISABLE", StringComparison.Ordinal), Cancellation);
        mesh.Logs.Expect("ConnectionRefused");
        await new GreeterService().StartAsync(mesh, Cancellation);
        await using var alice = await SecurePeer.StartClientAsync(language, mesh, "alice", Target, Cancellation);

        var answers = new HashSet<string>(StringComparer.Ordinal);
        await Eventually.ReachesAsync(
            "the refusal of plaintext is told",
            async () =>
            {
                answers.Add(await alice.CallAsync(GreeterService.Path, Cancellation));
                return mesh.Logs.Entries.Any(IsRefusal);
            },
            () => $"{string.Join('|', answers)}{Environment.NewLine}{alice.Describe()}",
            cancellationToken: Cancellation);
        Assert.All(answers, answer => Assert.StartsWith("!UNAVAILABLE", answer, StringComparison.Ordinal));

        static bool IsRefusal(LogEntry entry) => entry.EventName == "ConnectionRefused" && entry.Message.Contains("plaintext", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_WhoseFilesAreRenewed_ShowsTheNewCertificate()
    {
        Require("python");
        await using var mesh = await InProcessMesh.StartAsync(Service + Rules("alice"), Cancellation);
        var greeter = new GreeterService();
        await greeter.StartAsync(mesh, Cancellation);
        await using var alice = await SecurePeer.StartClientAsync("python", mesh, "alice", Target, Cancellation, lifetime: TimeSpan.FromSeconds(4));

        await ReachesAsync(alice, SecureReviews.IdOf("alice"));
        var answers = new HashSet<string>(StringComparer.Ordinal);
        await Eventually.ReachesAsync(
            "two more certificates are shown",
            async () =>
            {
                answers.Add(await alice.CallAsync(GreeterService.Path, Cancellation));
                return greeter.Serials.Count > 2;
            },
            () => $"{greeter.Serials.Count} certificates",
            cancellationToken: Cancellation);
        Assert.Equal([SecureReviews.IdOf("alice")], answers);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Server_WithXdsCredentials_IsCalledAndAuthorizesByPrincipal(string language)
    {
        Require(language);
        using var port = new ReservedPort();
        var address = port.Address.Authority;
        await using var mesh = await InProcessMesh.StartAsync(Entry(address) + Rules("alice"), Cancellation);
        await using var server = await SecurePeer.StartServerAsync(language, mesh, "greeter", address, Cancellation);
        using var alice = await SecureReviews.StartCallerAsync(mesh, "alice", Cancellation);
        using var bob = await SecureReviews.StartCallerAsync(mesh, "bob", Cancellation);

        await ReachesAsync(alice, server, $"OK {SecureReviews.IdOf("alice")}");
        await ReachesAsync(bob, server, "PermissionDenied");
        using var plain = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => UnaryCall.SendAsync(plain, new Uri($"http://{address}{GreeterService.Path}"), "", [], Cancellation));

        mesh.Write("mesh.yaml", Entry(address) + Rules("bob"));
        await ReachesAsync(alice, server, "PermissionDenied");
        await ReachesAsync(bob, server, $"OK {SecureReviews.IdOf("bob")}");
    }

    [Theory]
    [InlineData("python", "node")]
    [InlineData("node", "python")]
    public async Task Peers_OfTwoLibraries_MeetByOurControlPlane(string client, string server)
    {
        Require(client);
        Require(server);
        using var port = new ReservedPort();
        var address = port.Address.Authority;
        await using var mesh = await InProcessMesh.StartAsync(Entry(address) + Rules("alice"), Cancellation);
        await using var running = await SecurePeer.StartServerAsync(server, mesh, "greeter", address, Cancellation);
        await using var alice = await SecurePeer.StartClientAsync(client, mesh, "alice", Target, Cancellation);
        await using var bob = await SecurePeer.StartClientAsync(client, mesh, "bob", Target, Cancellation);

        // The answer is a message: a tag, a length, the text.
        await ReachesAsync(alice, $"\n{(char)SecureReviews.IdOf("alice").Length}{SecureReviews.IdOf("alice")}");
        await ReachesAsync(bob, Denied);
    }

    private static void Require(string language)
    {
        Peer.PythonGrpc.Require();
        if (language == "node")
        {
            Peer.NodeGrpcXds.Require();
        }
    }

    private static async Task ReachesAsync(SecurePeer client, string outcome)
    {
        var seen = "";
        await Eventually.ReachesAsync(
            $"outcome {outcome}",
            async () => (seen = await client.CallAsync(GreeterService.Path, Cancellation)) == outcome || (outcome[0] == '!' && seen.StartsWith(outcome, StringComparison.Ordinal)),
            () => $"{seen}{Environment.NewLine}{client.Describe()}",
            cancellationToken: Cancellation);
    }

    private static async Task ReachesAsync(HttpClient client, SecurePeer server, string outcome)
    {
        var seen = "";
        await Eventually.ReachesAsync($"outcome {outcome}", async () => (seen = await CallAsync(client)) == outcome, () => $"{seen}{Environment.NewLine}{server.Describe()}", cancellationToken: Cancellation);
    }

    private static async Task<string> CallAsync(HttpClient client)
    {
        var call = await UnaryCall.SendAsync(client, new Uri($"http://greeter.default.svc.cluster.local:50051{GreeterService.Path}"), "", [], Cancellation);
        return $"{(call.Status is { } status && status == GrpcStatusCode.Ok ? "OK" : call.Status?.ToString())} {call.Text}".Trim();
    }

    private const string Service = """
        apiVersion: v1
        kind: Service
        metadata: {name: greeter}
        spec:
          selector: {app: greeter}
          ports: [{port: 50051, name: grpc}]
        """;

    /// <summary>A workload that cannot register itself.</summary>
    private static string Entry(string address) => $$"""
        {{Service}}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: greeter}
        spec:
          address: {{address.Split(':')[0]}}
          ports: { grpc: {{address.Split(':')[1]}} }
          labels: { app: greeter, security.istio.io/tlsMode: istio }
          serviceAccount: greeter
        """;

    /// <summary>gRPC's own clients use mutual TLS where a rule says so, and nowhere else (istiod).</summary>
    private static string Rules(string account) => $$"""

        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: greeter}
        spec: { host: greeter, trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }
        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: default}
        spec: { mtls: { mode: STRICT } }
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: greeter}
        spec:
          selector: { matchLabels: { app: greeter } }
          action: ALLOW
          rules:
          - from: [ { source: { principals: ["cluster.local/ns/default/sa/{{account}}"] } } ]
        """;
}
