using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Mesh.Cli.Objects;
using Mesh.Config.Admission;

namespace Mesh.Cli.Commands.Configuration;

/// <summary><c>meshctl apply</c>: makes objects what files say, by server-side apply.</summary>
internal static class ApplyCommand
{
    private const string Client = "client";
    private const string Server = "server";

    public static Command Create(CommandRunner run)
    {
        var manifests = new ManifestOptions();
        var dryRun = DryRun();
        var takeOver = new Option<bool>("--force-conflicts") { Description = "Take fields that others own (kubectl, a controller) from them." };
        var serverSide = new Option<bool>("--server-side") { Description = "The only way there is; taken so that kubectl's habits work." };
        var prune = new PruneOptions();
        return run.Asking("apply", "Makes objects what files say: created, configured or unchanged. Goes on after an error, tells all of them at the end, and returns 1 then.", [.. manifests.All, dryRun, takeOver, serverSide, .. prune.All], async (call, cancellationToken) =>
        {
            var mode = call.Arguments.GetValue(dryRun);
            var api = new ObjectApi(call.Api);
            var applied = new JsonArray();
            var pruning = prune.IsAsked(call.Arguments) ? new Pruning(api, prune.Selector(call.Arguments), mode) : null;
            return await ManifestLoop.RunAsync(call, manifests, api, applied, async target =>
            {
                pruning?.Keep(target);
                var (item, verb) = mode == Client ? (Validate(target), "validated") : await ApplyAsync(call, api, target, mode == Server, call.Arguments.GetValue(takeOver), cancellationToken);
                applied.Add(item.DeepClone());
                return mode is null ? verb : $"{verb} ({mode} dry run)";
            }, cancellationToken, pruning is null ? null : tell => pruning.RunAsync(tell, cancellationToken));
        });
    }

    public static Option<string?> DryRun()
    {
        var option = new Option<string?>("--dry-run")
        {
            Description = "Only say what would be done: client asks nobody, server has the control plane check everything; none does it.",
            HelpName = "none|client|server",
            CustomParser = result => result.Tokens[0].Value == "none" ? null : result.Tokens[0].Value,
        };
        option.AcceptOnlyFromAmong("none", Client, Server);
        return option;
    }

    private static async Task<(JsonObject Item, string Verb)> ApplyAsync(Call call, ObjectApi api, ManifestTarget target, bool isDryRun, bool takesOver, CancellationToken cancellationToken)
    {
        var before = await api.GetAsync(target.Kind, target.Namespace, target.Object.Name, "", cancellationToken);
        var answer = await api.ApplyAsync(target.Object.Json, target.Kind, target.Namespace, isDryRun, takesOver, cancellationToken);
        await ManifestLoop.WarnAsync(call, answer);
        if (answer.Status == HttpStatusCode.Conflict)
        {
            throw new CommandException($"{answer.Problem}\n  Somebody else set these fields. Leave them out of the file, or take them with --force-conflicts.");
        }

        var after = answer.Require();
        return (after, !before.IsSuccess ? "created" : ObjectContent.IsSame(before.Require(), after) ? "unchanged" : "configured");
    }

    /// <summary>What the store would say, without asking it.</summary>
    private static JsonObject Validate(ManifestTarget target)
    {
        var errors = new ResourceReader(target.Namespace ?? "default").Read(target.Object.Json.ToJsonString(), target.Object.File).Findings
            .Where(finding => finding.Severity == Mesh.Config.FindingSeverity.Error)
            .Select(finding => $"{finding.Path}: {finding.Message}")
            .ToArray();
        return errors.Length == 0 ? target.Object.Json : throw new CommandException(string.Join("\n  ", errors));
    }
}
