using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands;

/// <summary><c>meshctl clients</c>: who is connected, as whom, and whether it has what it should have.</summary>
internal static class ClientsCommand
{
    private static readonly string[] Types = ["CDS", "EDS", "LDS", "RDS", "SDS"];

    public static Command Create(CommandRunner run)
    {
        var ns = CommonOptions.Namespace();
        var command = run.Asking("clients", "Connected clients, and how far each is with what it asked for.", [ns], async (call, cancellationToken) =>
        {
            var list = await call.Api.GetAsync("/api/v1/clients", cancellationToken);
            if (call.Arguments.GetValue(ns) is { } only)
            {
                list["items"] = new JsonArray([.. list["items"]!.AsArray().Where(client => JsonText.Of(client, "namespace") == only).Select(client => client!.DeepClone())]);
            }

            call.Printer.List(list, Columns(), client => JsonText.Of(client, "id"));
            return ExitCode.Fine;
        });
        command.Aliases.Add("proxy-status");
        command.Aliases.Add("ps");
        return command;
    }

    private static List<Column> Columns() =>
    [
        Column.Of("name", "id"),
        Column.Of("namespace", "namespace"),
        Column.Of("workload", "workload"),
        new Column("identity", client => JsonText.Of(client, "identity") is { Length: > 0 } identity ? identity : "-"),
        .. Types.Select(type => new Column(type, client => State(client, type))),
        Column.Of("version", "userAgent"),
    ];

    /// <summary>istioctl's words.</summary>
    private static string State(JsonObject client, string type)
    {
        var subscription = client["subscriptions"]?.AsArray().OfType<JsonObject>().FirstOrDefault(candidate => JsonText.Of(candidate, "type") == type);
        return subscription is null ? "IGNORED"
            : JsonText.Of(subscription, "synced") == "yes" ? "SYNCED"
            : subscription["rejection"] is not null ? "REJECTED"
            : JsonText.Of(subscription, "sentAt").Length == 0 ? "NOT SENT"
            : "STALE";
    }
}
