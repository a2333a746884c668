using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Cli.Connection;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Traffic;

/// <summary><c>meshctl tap</c>: single requests of a service or a workload, as they happen, for a time.</summary>
internal static class TapCommand
{
    public static Command Create(CommandRunner run)
    {
        var target = new Argument<string>("target")
        {
            Description = "A service, svc/NAME, deploy/NAME or a workload, also as NAME.NAMESPACE.",
            CompletionSources = { context => DynamicNames.Clients(run, context) },
        };
        var duration = CommonOptions.Time("--duration", "How long: a number and s or m, at most 10m. Default: 1m.");
        var filters = new (string Query, Option<string?> Option)[]
        {
            ("method", Filter("--method", "METHOD", "Only of this method.")),
            ("path", Filter("--path", "PATH", "Only of this path, or of those that begin so: /api/*.")),
            ("status", Filter("--status", "CODE", "Only with this outcome: 503, 5xx or grpc:14.")),
            ("from", Filter("--from", "NAME", "Only what comes in from this service or workload.")),
            ("to", Filter("--to", "NAME", "Only what goes out to this service or workload.")),
            ("maxRps", Filter("--max-rps", "NUMBER", "At most so many a second; the rest is left out and counted. Default: 10. Range: 1 to 1000.")),
        };
        return run.Asking(
            "tap",
            "Requests as they happen, without bodies, queries and secrets; for ten minutes at most, and on record in the audit log.",
            [target, duration, .. filters.Select(filter => filter.Option)],
            (call, cancellationToken) => FollowAsync(call, PathOf(call, target, duration, filters), cancellationToken));
    }

    private static string PathOf(Call call, Argument<string> target, Option<string?> duration, (string Query, Option<string?> Option)[] filters)
    {
        var parts = filters.Select(filter => (filter.Query, Value: call.Arguments.GetValue(filter.Option))).Where(part => part.Value is not null)
            .Select(part => $"&{part.Query}={Uri.EscapeDataString(part.Value!)}");
        var time = call.Arguments.GetValue(duration) is { } text ? string.Create(CultureInfo.InvariantCulture, $"&duration={Math.Ceiling(LifetimeText.TryParse(text)!.Value.TotalSeconds)}s") : "";
        return $"/api/v1/taps?target={Uri.EscapeDataString(call.Arguments.GetValue(target)!)}{time}{string.Concat(parts)}";
    }

    private static async Task<int> FollowAsync(Call call, string path, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var line in call.Api.FollowAsync(new ApiRequest(HttpMethod.Post, path), headers => Announce(call, headers.TryGetValues("Mesh-Tap-Clients", out var clients) ? clients.First() : "?"), cancellationToken))
            {
                Write(call, Parse(line), line);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Interrupting is how one ends it early.
        }

        return ExitCode.Fine;
    }

    private static void Announce(Call call, string clients)
    {
        if (call.Printer.IsForPeople)
        {
            call.Terminal.Error.WriteLine($"Looking at {clients} processes; Ctrl+C ends it.");
        }
    }

    private static JsonObject Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject ?? throw new CommandException("The control plane told of a request with something that is no JSON object.");
        }
        catch (JsonException exception)
        {
            throw new CommandException("The control plane told of a request with something that is no JSON.", innerException: exception);
        }
    }

    private static void Write(Call call, JsonObject item, string line)
    {
        if (JsonText.Of(item, "kind") == "TapEnd")
        {
            call.Terminal.Error.WriteLine($"{JsonText.Of(item, "requests")} requests{(JsonText.Of(item, "dropped") is "0" or "" ? "" : $", {JsonText.Of(item, "dropped")} more left out (--max-rps)")}.");
        }
        else if (call.Printer.IsForPeople)
        {
            call.Terminal.Out.WriteLine(TapLine.Of(call.Terminal, item, isWide: call.Printer.Format == OutputFormat.Wide));
        }
        else if (call.Printer.Format == OutputFormat.Yaml)
        {
            call.Terminal.Out.WriteLine("---\n" + YamlText.Of(item).TrimEnd());
        }
        else
        {
            // One object a line, as it came.
            call.Terminal.Out.WriteLine(line);
        }
    }

    private static Option<string?> Filter(string name, string value, string description) => new(name) { Description = description, HelpName = value };
}
