using Mesh.Protocol.Spiffe;
using Mesh.Testing;
using Mesh.Testing.InProcess;

namespace Mesh.EndToEnd.Tests.Security;

/// <summary>From the operator's word to the last connection: the whole way of a revocation, by the clock (security case S15).</summary>
public sealed class RevokedWorkloadTests
{
    private const string Address = "http://reviews:9080/";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S15_RevokedCaller_IsRefusedEverywhereWithinTenSecondsAndTheOthersAreNot()
    {
        await using var mesh = await StartAsync();
        await SecureReviews.StartAsync(mesh, Cancellation);
        using var alice = await SecureReviews.StartCallerAsync(mesh, "alice", Cancellation);
        using var mallory = await SecureReviews.StartCallerAsync(mesh, "mallory", Cancellation);
        await SecureReviews.ReachesAsync(SecureReviews.IdOf("alice"), () => SecureReviews.CallAsync(alice, Address, Cancellation), Cancellation);
        await SecureReviews.ReachesAsync(SecureReviews.IdOf("mallory"), () => SecureReviews.CallAsync(mallory, Address, Cancellation), Cancellation);

        // The connection of its last call is open still.
        mesh.Authority.RevokeIdentity(SpiffeId.Of("cluster.local", "default", "mallory"), "stolen");

        await RefusedWithinAsync(mallory);
        await SecureReviews.ReachesAsync(SecureReviews.IdOf("alice"), () => SecureReviews.CallAsync(alice, Address, Cancellation), Cancellation);
    }

    [Fact]
    public async Task S15_RevokedServer_IsCalledNoMoreWithinTenSeconds()
    {
        await using var mesh = await StartAsync();
        await SecureReviews.StartAsync(mesh, Cancellation);
        using var alice = await SecureReviews.StartCallerAsync(mesh, "alice", Cancellation);
        await SecureReviews.ReachesAsync(SecureReviews.IdOf("alice"), () => SecureReviews.CallAsync(alice, Address, Cancellation), Cancellation);

        mesh.Authority.RevokeIdentity(SpiffeId.Of("cluster.local", "default", "reviews"), "stolen");

        await RefusedWithinAsync(alice);
    }

    private static async Task RefusedWithinAsync(HttpClient client)
    {
        var seen = "";
        await Eventually.ReachesAsync(
            "refused", async () => (seen = await SecureReviews.CallAsync(client, Address, Cancellation)) == SecureReviews.Refused, () => seen, Limit, Cancellation);
        Assert.Equal(SecureReviews.Refused, await SecureReviews.CallAsync(client, Address, Cancellation));
    }

    private static async Task<InProcessMesh> StartAsync()
    {
        var mesh = await InProcessMesh.StartAsync(
            SecureReviews.Service + """

            ---
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: default}
            spec: { mtls: { mode: STRICT } }
            """,
            Cancellation);
        foreach (var name in (string[])["XdsDisconnected", "PeerRefused", "PeerDistrusted", "ConnectionRefused", "XdsCertificateRefused", "CallerNotAuthenticated", "XdsRefused", "NotEnrolled"])
        {
            mesh.Logs.Expect(name);
        }

        return mesh;
    }
}
