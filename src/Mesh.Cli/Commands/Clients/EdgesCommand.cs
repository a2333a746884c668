using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Commands.Traffic;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients;

/// <summary><c>meshctl edges</c>: which client calls which service, and whether by mutual TLS.</summary>
internal static class EdgesCommand
{
    private static readonly Column[] Columns =
    [
        Column.Of("client", "client.name"),
        Column.Of("namespace", "client.namespace"),
        Column.Of("destination", "destination"),
        Column.Of("port", "port"),
        Column.Of("security", "security"),
        new Column("endpoints", edge => $"{JsonText.Of(edge, "endpoints.mutualTls")}/{JsonText.Of(edge, "endpoints.total")}"),
        new("rps", edge => TrafficColumns.Number(edge["traffic"]?["requestsPerSecond"], "0.0")),
        new("success", edge => TrafficColumns.Success(edge["traffic"] as JsonObject)),
        new("measured mtls", edge => TrafficColumns.Percent(edge["traffic"]?["mutualTls"], "0")),
        Column.Of("why", "reason"),
        Column.Wide("client identity", "client.identity"),
        Column.Wide("server identities", "destinationIdentities"),
    ];

    public static Command Create(CommandRunner run)
    {
        var ns = CommonOptions.Namespace("Only clients of this namespace.");
        return run.Asking("edges", "Which client calls which service, and whether by mutual TLS.", [ns], async (call, cancellationToken) =>
        {
            var query = call.Arguments.GetValue(ns) is { } only ? $"?namespace={Uri.EscapeDataString(only)}" : "";
            var list = await call.Api.GetAsync($"/api/v1/edges{query}", cancellationToken);
            call.Printer.List(list, Columns, edge => $"{JsonText.Of(edge, "client.name")}->{JsonText.Of(edge, "destination")}:{JsonText.Of(edge, "port")}");
            return ExitCode.Fine;
        });
    }
}
