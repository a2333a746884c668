using System.Text.Json;
using Mesh.Testing.Peers;

namespace Mesh.EndToEnd.Tests.SameOutcome;

/// <summary>gRPC's own xDS client of Python or Node.</summary>
internal sealed class PeerOutcomeClient(PeerProcess process) : IOutcomeClient
{
    public static PeerOutcomeClient Start(string language, string target, Uri xdsAddress, string locality)
    {
        KeyValuePair<string, string>[] environment = [new("GRPC_XDS_BOOTSTRAP_CONFIG", Bootstrap(xdsAddress, locality))];
        return new PeerOutcomeClient(language == "python"
            ? PeerProcess.StartPython("xds_client.py", [target], environment)
            : PeerProcess.StartNode("xds_client.js", [target], environment));
    }

    public Task<OutcomeResult> CallAsync(OutcomeOrder order, CancellationToken cancellationToken) =>
        CallAsync(order, ended: 0, () => Task.CompletedTask, cancellationToken);

    public async Task<OutcomeResult> CallAsync(OutcomeOrder order, int ended, Func<Task> then, CancellationToken cancellationToken)
    {
        await process.SendLineAsync(JsonSerializer.Serialize(order), cancellationToken);
        for (var call = 0; call < ended; call++)
        {
            await process.WaitForAsync("ENDED", cancellationToken: cancellationToken);
        }

        await then();
        return OutcomeResult.Parse(await process.WaitForAsync("RESULT ", TimeSpan.FromSeconds(60), cancellationToken));
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    // grpc-js-xds refuses a node without locality.
    private static string Bootstrap(Uri xdsAddress, string locality)
    {
        var parts = locality.Split('/');
        return JsonSerializer.Serialize(new
        {
            xds_servers = new[]
            {
                new { server_uri = xdsAddress.Authority, channel_creds = new[] { new { type = "insecure" } }, server_features = new[] { "xds_v3" } },
            },
            node = new
            {
                id = "sidecar~127.0.0.1~peer.default~default.svc.cluster.local",
                cluster = "peers",
                locality = new { region = parts[0], zone = parts[1] },
                metadata = new { GENERATOR = "grpc" },
            },
        });
    }
}
