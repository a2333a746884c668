using System.Text.Json.Nodes;
using static Mesh.Cli.Checks.CheckFields;

namespace Mesh.Cli.Checks;

/// <summary>The connected clients, and how they call each other.</summary>
internal static class ClientChecks
{
    private const string Clients = "/api/v1/clients";
    private const string Edges = "/api/v1/edges";

    /// <summary>A client that is alive answers within milliseconds.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);

    public static CheckCategory Connected { get; } = new("clients",
    [
        new Check("clients-connected", "clients are connected", async (context, cancellationToken) =>
            (await context.ListAsync(Clients, cancellationToken)).Count > 0
                ? CheckOutcome.Fine
                : CheckOutcome.Wrong("no process is connected. Set Mesh:ControlPlane in a workload to this control plane and start it.")) { IsWarning = true, IsBasis = true, MayComeRight = true },
        new Check("clients-accept", "every client accepted what it was sent last", async (context, cancellationToken) =>
            CheckOutcome.None(
                (await SubscriptionsAsync(context, cancellationToken))
                    .Where(entry => Flag(entry.Type["rejection"], "current"))
                    .Select(entry => $"{ClientName(entry.Client)} refused {Text(entry.Type, "type")}: {Text(entry.Type["rejection"], "message")}"),
                "'meshctl proxy-status CLIENT' shows all of it.")) { MayComeRight = true },
        new Check("clients-answer", "no client leaves what it was sent unanswered", async (context, cancellationToken) =>
            CheckOutcome.None(
                (await SubscriptionsAsync(context, cancellationToken))
                    .Where(entry => !Flag(entry.Type, "synced") && !Flag(entry.Type["rejection"], "current") && Moment(entry.Type, "sentAt") < context.Time.GetUtcNow() - LongestSilence)
                    .Select(entry => $"{ClientName(entry.Client)} has not answered {Text(entry.Type, "type")} since {Text(entry.Type, "sentAt")}"),
                "The process hangs or its connection does: look at it, and restart it if need be.")) { MayComeRight = true },
        new Check("clients-version", "every client is of the control plane's version", async (context, cancellationToken) =>
        {
            var server = MinorOf(Text(await context.GetAsync("/version", cancellationToken), "version"));
            return CheckOutcome.None(
                (await context.ListAsync(Clients, cancellationToken))
                    .Where(client => Text(client, "kind") == "MeshClient" && MinorOf(Text(client, "userAgent")) != server)
                    .Select(client => $"{ClientName(client)} is {Text(client, "userAgent")}"),
                "Update the package; clients that are one minor version older go on working.");
        }) { IsWarning = true },
        new Check("clients-proved", "every client has proved who it is", async (context, cancellationToken) =>
            CheckOutcome.None(
                (await context.ListAsync(Clients, cancellationToken)).Where(client => Text(client, "identity").Length == 0).Select(ClientName),
                "They use the port without credentials: give them a token ('meshctl token create') and the TLS port.")) { IsWarning = true },
    ]);

    public static CheckCategory DataPlane { get; } = new("data-plane",
    [
        new Check("data-endpoints", "every service that is called has endpoints", async (context, cancellationToken) =>
            CheckOutcome.None(
                (await context.ListAsync(Edges, cancellationToken))
                    .Where(edge => Text(edge["endpoints"], "total") == "0")
                    .Select(edge => $"{Text(edge, "destination")}:{Text(edge, "port")}{(Text(edge, "subset") is { Length: > 0 } subset ? $" subset {subset}" : "")}, called by {Text(edge["client"], "name")}")
                    .Distinct(StringComparer.Ordinal),
                "Start its workloads, or correct the labels that select them.")) { IsWarning = true, MayComeRight = true },
        new Check("data-mtls", "all traffic within the mesh is by mutual TLS", async (context, cancellationToken) =>
            CheckOutcome.None(
                (await context.ListAsync(Edges, cancellationToken))
                    .Where(edge => Text(edge, "security") is "plaintext" or "permissive" && Text(edge["endpoints"], "total") != "0")
                    .Select(edge => $"{Text(edge["client"], "name")} calls {Text(edge, "destination")}:{Text(edge, "port")} by {Text(edge, "security")} ({Text(edge, "reason")})")
                    .Distinct(StringComparer.Ordinal),
                "'meshctl edges' shows all of it.")) { IsWarning = true },
    ]);

    private static async Task<IEnumerable<(JsonObject Client, JsonObject Type)>> SubscriptionsAsync(CheckContext context, CancellationToken cancellationToken) =>
        from client in await context.ListAsync(Clients, cancellationToken)
        from type in (client["subscriptions"] as JsonArray ?? []).OfType<JsonObject>()
        select (client, type);
}
