using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients;

/// <summary><c>meshctl mode</c>: what the calls of processes follow, and the switch that takes them out of the mesh and back.</summary>
internal static class ModeCommand
{
    private const string Path = "/api/v1/modes";

    public static Command Create(CommandRunner run) => new("mode", "What the calls of processes follow; takes them out of the mesh, and back.")
    {
        List(run),
        Switch(run, "direct", "Takes calls out of the mesh: they follow declared endpoints, else DNS, until 'mode mesh'. Destinations with the mesh's mutual TLS keep it."),
        Switch(run, "mesh", "Lets calls follow the mesh again. With --namespace alone, or --all, everything that was ordered there is taken back."),
    };

    private static Command List(CommandRunner run)
    {
        var ns = CommonOptions.Namespace("Only processes of this namespace. Default: of all.");
        return run.Asking("list", "What the calls of each connected process follow, and since when.", [ns], async (call, cancellationToken) =>
        {
            var list = await call.Api.GetAsync(Path, cancellationToken);
            if (call.Arguments.GetValue(ns) is { } only)
            {
                list["items"] = new JsonArray([.. list["items"]!.AsArray().Where(item => JsonText.Of(item, "namespace") == only).Select(item => item!.DeepClone())]);
            }

            call.Printer.List(list, Columns(call.Terminal.Time), item => JsonText.Of(item, "id"));
            return ExitCode.Fine;
        });
    }

    private static Command Switch(CommandRunner run, string mode, string description)
    {
        var target = new Argument<string?>("target")
        {
            Description = "Whose calls: a service, svc/NAME, deploy/NAME or a workload.",
            Arity = ArgumentArity.ZeroOrOne,
            CompletionSources = { context => DynamicNames.Clients(run, context) },
        };
        var ns = CommonOptions.Namespace("Of this namespace. Default with a target: default.");
        var all = new Option<bool>("--all") { Description = "Of the whole mesh." };
        var reason = new Option<string?>("--reason") { Description = "Why: for the log of every process, and for those who look at it later.", HelpName = "TEXT" };
        return run.Asking(mode, description, [target, ns, all, reason], async (call, cancellationToken) =>
        {
            var (named, within) = (call.Arguments.GetValue(target), call.Arguments.GetValue(ns));
            if (call.Arguments.GetValue(all) ? named is not null || within is not null : named is null && within is null)
            {
                throw new CommandException("expected a target, --namespace or --all, to say whose calls are meant", ExitCode.Usage);
            }

            var query = new (string Name, string? Value)[] { ("mode", mode), ("target", named), ("namespace", within ?? (named is null ? null : "default")), ("reason", call.Arguments.GetValue(reason)) }
                .Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}");
            var change = await call.Api.PostAsync($"{Path}?{string.Join('&', query)}", [], cancellationToken);
            call.Printer.One(change, [Column.Of("mode", "mode"), Column.Of("processes", "processes")], item => JsonText.Of(item, "mode"));
            return ExitCode.Fine;
        });
    }

    private static Column[] Columns(TimeProvider time) =>
    [
        new("name", item => JsonText.Of(item, "workload") is { Length: > 0 } workload ? workload : JsonText.Of(item, "service")),
        Column.Of("namespace", "namespace"),
        Column.Of("service", "service"),
        Column.Of("mode", "mode") with { Tone = mode => mode == "live" ? Tone.Good : Tone.Bad },
        new("for", item => JsonText.Age(JsonText.Of(item, "since"), time.GetUtcNow())),
        new("destinations", item => string.Join(' ', item["destinations"]!.AsObject().Select(pair => $"{pair.Key}={pair.Value}"))),
        new("ordered", item => JsonText.Of(item, "ordered") is { Length: > 0 } ordered ? ordered : "-"),
        new("last outage", item => item["lastOutage"] is JsonObject outage ? $"{JsonText.Of(outage, "mode")}, ended {JsonText.Age(JsonText.Of(outage, "ended"), time.GetUtcNow())} ago" : "-"),
        Column.Wide("reason", "reason"),
        Column.Wide("switched by", "switchedBy"),
        Column.Wide("id", "id"),
    ];
}
