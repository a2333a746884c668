using System.Text.Json.Nodes;
using Mesh.ControlPlane.Serving;
using Mesh.ControlPlane.Serving.Sessions;

namespace Mesh.ControlPlane.Api.Xds;

/// <summary>A connected client as JSON: who it is, what it asked for, was sent and said to that.</summary>
internal static class ClientDescription
{
    public static JsonObject Of(ConnectedClient client)
    {
        var node = client.Node;
        return new JsonObject
        {
            ["id"] = node.Id,
            ["cluster"] = node.Cluster,
            ["stream"] = client.StreamId,
            ["protocol"] = client.Protocol,
            ["kind"] = node.View.Kind.ToString(),
            ["userAgent"] = node.UserAgent,
            ["namespace"] = node.View.Namespace,
            ["serviceAccount"] = client.Caller?.ServiceAccount ?? node.ClaimedServiceAccount,
            ["identity"] = client.Caller?.Id.ToString(),
            ["identityExpiresAt"] = client.Caller?.ExpiresAt.ToString("O"),
            ["locality"] = node.View.Locality,
            ["labels"] = Labels(node.View.Labels),
            ["workload"] = node.Workload?.ServiceName,
            ["workloadName"] = node.Workload?.WorkloadName,
            ["address"] = node.Workload?.Address,
            ["state"] = node.Workload?.State.ToString(),
            ["connectedAt"] = client.Since.ToString("O"),
            ["subscriptions"] = new JsonArray([.. client.Subscriptions.Values
                .OrderBy(status => status.TypeUrl, StringComparer.Ordinal)
                .Select(Subscription)]),
        };
    }

    /// <param name="joined">As <see cref="Generation.ClientView.Labels"/> has them.</param>
    private static JsonObject Labels(string joined) => new(
        from pair in joined.Split(',', StringSplitOptions.RemoveEmptyEntries)
        let parts = pair.Split('=', 2)
        select KeyValuePair.Create(parts[0], (JsonNode?)parts.ElementAtOrDefault(1)));

    private static JsonNode Subscription(SubscriptionStatus status) => new JsonObject
    {
        ["type"] = ServedTypes.ShortName(status.TypeUrl),
        ["typeUrl"] = status.TypeUrl,
        ["synced"] = status.IsSynchronized,
        ["wildcard"] = status.Wildcard,
        ["names"] = new JsonArray([.. status.Names.Select(name => (JsonNode)name)]),
        ["held"] = status.Held,
        ["sentVersion"] = status.SentVersion,
        ["sentAt"] = status.SentAt?.ToString("O"),
        ["acceptedVersion"] = status.AcceptedVersion,
        ["acceptedAt"] = status.AcceptedAt?.ToString("O"),
        ["rejection"] = status.Rejection is not { } rejection
            ? null
            : new JsonObject
            {
                ["version"] = rejection.Version,
                ["current"] = rejection.Nonce == status.SentNonce,
                ["code"] = rejection.Code,
                ["message"] = rejection.Message,
                ["at"] = status.RejectedAt?.ToString("O"),
            },
    };
}
