using Mesh.Testing;
using Mesh.Testing.InProcess;

namespace Mesh.EndToEnd.Tests.Security;

/// <summary>PeerAuthentication of the server, DestinationRule of the caller, and kind of caller: who gets through, and how.</summary>
public sealed class ReachabilityMatrixTests
{
    private static readonly string[] Rules = ["none", "DISABLE", "ISTIO_MUTUAL", "SIMPLE"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The mode of the workload, and of its port where that is another.</summary>
    public static TheoryData<string, string?> Modes { get; } = new()
    {
        { "DISABLE", null }, { "PERMISSIVE", null }, { "STRICT", null },
        { "STRICT", "DISABLE" }, { "STRICT", "PERMISSIVE" }, { "DISABLE", "STRICT" }, { "PERMISSIVE", "STRICT" },
    };

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Call_UnderEachRule_ComesAsTheModeAllows(string mode, string? portMode)
    {
        await using var mesh = await InProcessMesh.StartAsync(string.Join("\n---\n", Rules.Select(Resources)), Cancellation);
        mesh.Logs.Expect("PeerRefused").Expect("ConnectionRefused");
        var server = await SecureReviews.StartAsync(mesh, Cancellation);
        var port = SecureReviews.PortOf(server);
        mesh.Write("peers.yaml", PeerAuthentication(mode, portMode, port));
        using var caller = await SecureReviews.StartCallerAsync(mesh, "caller", Cancellation);

        // Mutual TLS that was there before the mode came stays, under every mode: each call has a connection of its own.
        caller.DefaultRequestHeaders.ConnectionClose = true;
        using var plain = new HttpClient { DefaultRequestHeaders = { ConnectionClose = true } };

        var expected = Table(Rules.Select(rule => Expected(portMode ?? mode, rule)), ExpectedOfPlain(portMode ?? mode));
        var seen = "";
        await Eventually.ReachesAsync("the outcomes of the matrix", async () => (seen = await TableAsync()) == expected, () => seen + " instead of " + expected, cancellationToken: Cancellation);
        Assert.Equal(expected, await TableAsync());

        async Task<string> TableAsync()
        {
            var outcomes = new List<string>();
            foreach (var rule in Rules)
            {
                outcomes.Add(await SecureReviews.CallAsync(caller, $"http://{HostOf(rule)}:9080/", Cancellation));
            }

            return Table(outcomes, await SecureReviews.CallAsync(plain, $"http://127.0.0.1:{port}/", Cancellation));
        }
    }

    // The semantics of Istio's two resources, beside the generated configuration and not taken from it.
    private static string Expected(string mode, string rule) => (mode, rule) switch
    {
        (_, "SIMPLE") => SecureReviews.Refused,
        ("DISABLE", "none" or "DISABLE") or ("PERMISSIVE", "DISABLE") => SecureReviews.Plaintext,
        ("DISABLE", "ISTIO_MUTUAL") or ("STRICT", "DISABLE") => SecureReviews.Refused,
        _ => SecureReviews.IdOf("caller"),
    };

    private static string ExpectedOfPlain(string mode) => mode == "STRICT" ? SecureReviews.Refused : SecureReviews.Plaintext;

    private static string Table(IEnumerable<string> outcomes, string plain) =>
        string.Join("; ", Rules.Zip(outcomes, (rule, outcome) => $"{rule}: {outcome}").Append($"without the mesh: {plain}"));

    private static string HostOf(string rule) => "reviews-" + rule.ToLowerInvariant().Replace('_', '-');

    /// <summary>A service of its own for each rule, all of the same workload.</summary>
    private static string Resources(string rule)
    {
        var service = SecureReviews.Service.Replace("name: reviews}", $"name: {HostOf(rule)}}}", StringComparison.Ordinal);
        var more = rule == "SIMPLE" ? ", insecureSkipVerify: true" : "";
        return rule == "none" ? service : $$"""
            {{service}}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: { name: {{HostOf(rule)}} }
            spec: { host: {{HostOf(rule)}}, trafficPolicy: { tls: {mode: {{rule}}{{more}} } } }
            """;
    }

    private static string PeerAuthentication(string mode, string? portMode, int port)
    {
        var ports = portMode is null ? "" : $"portLevelMtls: {{ {port}: {{ mode: {portMode} }} }}";
        return $$"""
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: reviews}
            spec:
              selector: { matchLabels: { app: reviews } }
              mtls: { mode: {{mode}} }
              {{ports}}
            """;
    }
}
