using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Mesh.Cli;
using Mesh.Cli.Output;
using Mesh.Testing;
using Mesh.Testing.InProcess;

namespace Mesh.EndToEnd.Tests.Security;

/// <summary><c>meshctl</c> about workloads that run: what it says is what they do.</summary>
public sealed class LiveMeshCtlTests
{
    private const string Domain = "shop.example";
    private const string Address = "http://reviews:9080/";

    private const string Policy = """

        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: reviews}
        spec:
          selector: { matchLabels: { app: reviews } }
          rules:
          - from: [ { source: { principals: ["shop.example/ns/default/sa/alice"] } } ]
            to: [ { operation: { methods: ["GET"] } } ]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AuthzCheck_OfARunningWorkload_SaysWhatBecomesOfTheCall()
    {
        await using var mesh = await StartAsync();
        await SecureReviews.StartAsync(mesh, Cancellation);
        using var alice = await SecureReviews.StartCallerAsync(mesh, "alice", Cancellation);
        using var bob = await SecureReviews.StartCallerAsync(mesh, "bob", Cancellation);
        await SecureReviews.ReachesAsync($"spiffe://{Domain}/ns/default/sa/alice", () => SecureReviews.CallAsync(alice, Address, Cancellation), Cancellation);
        await SecureReviews.ReachesAsync("403", () => SecureReviews.CallAsync(bob, Address, Cancellation), Cancellation);

        // NAMESPACE/ACCOUNT is one of the workload's own trust domain.
        var allowed = await RunAsync(mesh, "authz", "check", "reviews", "--from", "default/alice", "-o", "json");
        var denied = await RunAsync(mesh, "authz", "check", "reviews", "--from", "default/bob", "-o", "json");
        var post = await RunAsync(mesh, "authz", "check", "reviews", "--from", "default/alice", "--method", "POST");

        Assert.Equal((0, true), (allowed.Code, JsonNode.Parse(allowed.Out)!["allowed"]!.GetValue<bool>()));
        Assert.Equal((1, false), (denied.Code, JsonNode.Parse(denied.Out)!["allowed"]!.GetValue<bool>()));
        Assert.Contains("principal", JsonNode.Parse(denied.Out)!["items"]![0]!["failingCondition"]!.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, post.Code);
        Assert.StartsWith("DENIED", post.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edges_BetweenRunningWorkloads_SayWhichAreMutualTls()
    {
        await using var mesh = await StartAsync();
        await SecureReviews.StartAsync(mesh, Cancellation);
        using var alice = await SecureReviews.StartCallerAsync(mesh, "alice", Cancellation);
        await SecureReviews.ReachesAsync($"spiffe://{Domain}/ns/default/sa/alice", () => SecureReviews.CallAsync(alice, Address, Cancellation), Cancellation);

        var edges = await RunAsync(mesh, "edges", "-o", "json");

        var edge = Assert.Single(JsonNode.Parse(edges.Out)!["items"]!.AsArray(), edge => edge!["destination"]!.ToString().StartsWith("reviews", StringComparison.Ordinal))!;
        Assert.Equal("mtls", edge["security"]!.ToString());
        Assert.Equal("9080", edge["port"]!.ToString());

        mesh.Write("rule.yaml", """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: reviews}
            spec: { host: reviews, trafficPolicy: { tls: { mode: DISABLE } } }
            """);
        await Eventually.ReachesAsync(
            "the edge is plaintext", async () => (await RunAsync(mesh, "edges")).Out.Contains("plaintext", StringComparison.Ordinal), cancellationToken: Cancellation);
    }

    [Fact]
    public async Task CertificateWatch_OfAShortLife_RenewsTheFilesByTheLastCertificate()
    {
        await using var mesh = await StartAsync();
        var folder = Directory.CreateTempSubdirectory("meshctl-watch-");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        try
        {
            // A token for one certificate: what comes later is proved by the certificate before.
            var token = mesh.Tokens.CreateIdentity(Mesh.Protocol.Spiffe.SpiffeId.Of(Domain, "default", "alice"), TimeSpan.FromMinutes(5), once: true).Text;
            using var errors = new StringWriter();
            var watching = MeshCtl.RunAsync(
                ["certificate", "issue", "--token", token, "--out", folder.FullName, "--ca", mesh.SecureAddress.ToString(), "--ttl", "3s", "--watch"],
                new Terminal(TextWriter.Null, TextWriter.Synchronized(errors), IsColored: false, _ => null),
                stop.Token);

            var serials = new HashSet<string>(StringComparer.Ordinal);
            await Eventually.ReachesAsync("three certificates", () => Read(folder, serials) && serials.Count >= 3, () => $"{serials.Count}: {errors}", cancellationToken: Cancellation);

            await stop.CancelAsync();
            await watching;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<InProcessMesh> StartAsync() =>
        InProcessMesh.StartAsync(SecureReviews.Service + Policy, Cancellation, configure: options => options.TrustDomain = Domain);

    private static bool Read(DirectoryInfo folder, HashSet<string> serials)
    {
        var (chain, key) = (Path.Combine(folder.FullName, "cert-chain.pem"), Path.Combine(folder.FullName, "key.pem"));
        if (!File.Exists(chain))
        {
            return false;
        }

        using var leaf = X509Certificate2.CreateFromPem(File.ReadAllText(chain));
        serials.Add(leaf.SerialNumber);
        return File.Exists(key);
    }

    private static async Task<(int Code, string Out)> RunAsync(InProcessMesh mesh, params string[] arguments)
    {
        using var output = new StringWriter();
        var code = await MeshCtl.RunAsync([.. arguments, "--server", mesh.ApiAddress.ToString()], new Terminal(output, TextWriter.Null, IsColored: false, _ => null), Cancellation);
        return (code, output.ToString());
    }
}
