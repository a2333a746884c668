using Mesh.EndToEnd.Tests.Reliability;
using Mesh.Testing.InProcess;

namespace Mesh.EndToEnd.Tests.Security;

/// <summary>A PeerAuthentication is tightened and loosened while calls run (fault matrix F04).</summary>
public sealed class PeerModeChangeTests
{
    private static readonly Uri Reviews = new("http://reviews:9080/");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task F04_PermissiveStrictPermissive_UnderLoad_NoCallOfTheMeshFailsAndPlaintextFollowsTheMode()
    {
        await using var mesh = await InProcessMesh.StartAsync(SecureReviews.Service, Cancellation);
        mesh.Logs.Expect("PeerRefused").Expect("ConnectionRefused");
        mesh.Write("mode.yaml", PeerAuthentication("PERMISSIVE"));
        var server = await SecureReviews.StartAsync(mesh, Cancellation);
        using var load = new SteadyCalls(await SecureReviews.StartCallerAsync(mesh, "caller", Cancellation), Reviews);
        using var plain = new HttpClient();
        var address = $"http://127.0.0.1:{SecureReviews.PortOf(server)}/";
        await load.UntilAsync(SecureReviews.IdOf("caller"), Cancellation);
        await PlaintextIsAsync(SecureReviews.Plaintext);

        foreach (var (mode, expected) in ((string, string)[])[
            ("STRICT", SecureReviews.Refused), ("PERMISSIVE", SecureReviews.Plaintext), ("STRICT", SecureReviews.Refused), ("PERMISSIVE", SecureReviews.Plaintext)])
        {
            mesh.Write("mode.yaml", PeerAuthentication(mode));
            await PlaintextIsAsync(expected);
            await load.UntilAsync(SecureReviews.IdOf("caller"), Cancellation);
        }

        Assert.Empty(await load.StopAsync());

        Task PlaintextIsAsync(string outcome) => SecureReviews.ReachesAsync(outcome, () => SecureReviews.CallAsync(plain, address, Cancellation), Cancellation);
    }

    private static string PeerAuthentication(string mode) => $$"""
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: reviews}
        spec:
          selector: { matchLabels: { app: reviews } }
          mtls: { mode: {{mode}} }
        """;
}
