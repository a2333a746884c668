using System.CommandLine;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Apis;

/// <summary><c>meshctl usage</c>: how much the consumers of APIs have taken.</summary>
internal static class UsageCommand
{
    private static readonly Column[] Columns =
    [
        Column.Of("day", "day"), Column.Of("api", "api"), Column.Of("consumer", "consumer"), Column.Of("version", "version"), Column.Of("requests", "requests"), Column.Of("failed", "failed"),
    ];

    public static Command Create(CommandRunner run)
    {
        var ns = CommonOptions.Namespace();
        var consumer = new Option<string?>("--consumer") { Description = "Only of this ApiConsumer.", HelpName = "NAME" };
        var api = new Option<string?>("--api") { Description = "Only of this ApiAccess or of one rule of it: NAMESPACE/NAME or NAMESPACE/NAME/RULE.", HelpName = "NAME" };
        var from = new Option<string?>("--from") { Description = "First day, such as 2026-01-31 (UTC). Default: all that is kept.", HelpName = "DAY" };
        var to = new Option<string?>("--to") { Description = "Last day. Default: today.", HelpName = "DAY" };
        var byDay = new Option<bool>("--by-day") { Description = "Each day by itself." };
        return run.Asking(
            "usage",
            "How many requests the consumers of APIs have sent, as gateways told this control plane since it started.",
            [ns, consumer, api, from, to, byDay],
            async (call, cancellationToken) =>
            {
                (string Name, string? Value)[] asked =
                [
                    ("namespace", call.Arguments.GetValue(ns)), ("consumer", call.Arguments.GetValue(consumer)), ("api", call.Arguments.GetValue(api)),
                    ("from", call.Arguments.GetValue(from)), ("to", call.Arguments.GetValue(to)), ("by", call.Arguments.GetValue(byDay) ? "day" : null),
                ];
                var query = string.Join('&', asked.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
                var usage = await call.Api.GetAsync(query.Length == 0 ? "/api/v1/usage" : $"/api/v1/usage?{query}", cancellationToken);
                call.Printer.List(usage, call.Arguments.GetValue(byDay) ? Columns : Columns[1..], item => JsonText.Of(item, "consumer"));
                return ExitCode.Fine;
            });
    }
}
