using Mesh.Testing.InProcess;

namespace Mesh.EndToEnd.Tests.Security;

/// <summary>AuthorizationPolicy by principal between real workloads, followed live.</summary>
public sealed class PrincipalTests
{
    private const string Address = "http://reviews:9080/";
    private const string Forbidden = "403";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Allow_OnePrincipal_RefusesTheOthersAndPlaintextAndIsFollowedLive()
    {
        await using var mesh = await InProcessMesh.StartAsync(SecureReviews.Service + Policy("ALLOW", "alice"), Cancellation);
        var server = await SecureReviews.StartAsync(mesh, Cancellation);
        using var alice = await SecureReviews.StartCallerAsync(mesh, "alice", Cancellation);
        using var bob = await SecureReviews.StartCallerAsync(mesh, "bob", Cancellation);
        using var plain = new HttpClient();
        var direct = $"http://127.0.0.1:{SecureReviews.PortOf(server)}/";

        await ReachesAsync(alice, Address, SecureReviews.IdOf("alice"));
        await ReachesAsync(bob, Address, Forbidden);
        await ReachesAsync(plain, direct, Forbidden);

        mesh.Write("mesh.yaml", SecureReviews.Service + Policy("ALLOW", "bob"));
        await ReachesAsync(alice, Address, Forbidden);
        await ReachesAsync(bob, Address, SecureReviews.IdOf("bob"));
        await ReachesAsync(plain, direct, Forbidden);

        mesh.Write("mesh.yaml", SecureReviews.Service);
        await ReachesAsync(alice, Address, SecureReviews.IdOf("alice"));
        await ReachesAsync(plain, direct, SecureReviews.Plaintext);
    }

    [Fact]
    public async Task Deny_OnePrincipal_LeavesTheOthersAlone()
    {
        await using var mesh = await InProcessMesh.StartAsync(SecureReviews.Service + Policy("DENY", "bob"), Cancellation);
        await SecureReviews.StartAsync(mesh, Cancellation);
        using var alice = await SecureReviews.StartCallerAsync(mesh, "alice", Cancellation);
        using var bob = await SecureReviews.StartCallerAsync(mesh, "bob", Cancellation);

        await ReachesAsync(alice, Address, SecureReviews.IdOf("alice"));
        await ReachesAsync(bob, Address, Forbidden);
    }

    private static Task ReachesAsync(HttpClient client, string address, string outcome) =>
        SecureReviews.ReachesAsync(outcome, () => SecureReviews.CallAsync(client, address, Cancellation), Cancellation);

    private static string Policy(string action, string account) => $$"""

        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: reviews}
        spec:
          selector: { matchLabels: { app: reviews } }
          action: {{action}}
          rules:
          - from: [ { source: { principals: ["cluster.local/ns/default/sa/{{account}}"] } } ]
        """;
}
