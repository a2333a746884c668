using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Mesh.Cli.Objects;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Configuration;

/// <summary><c>meshctl delete</c>: takes objects away, by name, by labels or by the files they came from.</summary>
internal static class DeleteCommand
{
    public static Command Create(CommandRunner run)
    {
        var names = new ObjectNames(run);
        var files = new ManifestOptions(isRequired: false);
        var selector = CommonOptions.Selector();
        var all = new Option<bool>("--all") { Description = "All objects of the kind in the namespace." };
        var ignore = new Option<bool>("--ignore-not-found") { Description = "An object that is not there is no error." };
        var dryRun = ApplyCommand.DryRun();
        return run.Asking("delete", "Takes objects away: KIND NAME …, KIND/NAME …, KIND with -l or --all, or those of files (-f).", [names.Words, .. files.All, selector, all, ignore, dryRun], async (call, cancellationToken) =>
        {
            var api = new ObjectApi(call.Api);
            if (files.AreGiven(call.Arguments) == names.AreGiven(call.Arguments))
            {
                throw new CommandException("Expected either names or -f. See --help.", ExitCode.Usage);
            }

            var isIgnored = call.Arguments.GetValue(ignore);
            var mode = call.Arguments.GetValue(dryRun);
            if (files.AreGiven(call.Arguments))
            {
                return await ManifestLoop.RunAsync(call, files, api, [], target => DeleteAsync(target.Kind, target.Namespace, target.Object.Name), cancellationToken);
            }

            var ns = files.Namespace(call.Arguments) ?? call.Context.Namespace;
            var (errors, chosen) = (0, await ChooseAsync(call, api, names, ns, call.Arguments.GetValue(selector), call.Arguments.GetValue(all), cancellationToken));
            foreach (var (kind, name) in chosen)
            {
                try
                {
                    await call.Terminal.Out.WriteLineAsync(call.Printer.Format == OutputFormat.Name ? $"{kind.FullName}/{name}" : $"{kind.FullName} \"{name}\" {await DeleteAsync(kind, ns, name)}");
                }
                catch (CommandException exception)
                {
                    errors++;
                    await call.Terminal.Error.WriteLineAsync($"meshctl: {Terminal.SafeLines(exception.Message)}");
                }
            }

            return errors == 0 ? ExitCode.Fine : ExitCode.Failure;

            async Task<string> DeleteAsync(ServedKind kind, string? place, string name)
            {
                if (mode == "client")
                {
                    return "deleted (client dry run)";
                }

                var answer = await api.DeleteAsync(kind, kind.IsNamespaced ? place : null, name, mode == "server", cancellationToken);
                if (answer.Status == HttpStatusCode.NotFound && isIgnored)
                {
                    return "not found";
                }

                answer.Require();
                return mode is null ? "deleted" : "deleted (server dry run)";
            }
        });
    }

    private static async Task<IReadOnlyList<(ServedKind Kind, string Name)>> ChooseAsync(
        Call call, ObjectApi api, ObjectNames names, string ns, string? selector, bool all, CancellationToken cancellationToken)
    {
        var chosen = new List<(ServedKind, string)>();
        foreach (var (kind, name) in await names.FindAsync(call, api, cancellationToken))
        {
            if (name is not null)
            {
                chosen.Add((kind, name));
            }
            else if (selector is null && !all)
            {
                throw new CommandException($"Expected the names of {kind.Plural}, -l or --all: a kind alone would be all of them.", ExitCode.Usage);
            }
            else
            {
                var list = (await api.GetAsync(kind, ns, null, selector is null ? "" : $"?labelSelector={Uri.EscapeDataString(selector)}", cancellationToken)).Require();
                chosen.AddRange((list["items"] as JsonArray ?? []).OfType<JsonObject>().Select(item => (kind, ObjectApi.NameOf(item))));
            }
        }

        return chosen;
    }
}
