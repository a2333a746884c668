using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Mesh.Cli.Objects;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Configuration;

/// <summary><c>meshctl diff</c>: what applying files would change, as the server works it out.</summary>
internal static class DiffCommand
{
    /// <summary>As kubectl and diff: 0 no difference, 1 a difference, more than 1 it could not be found out.</summary>
    private const int CouldNotCompare = 2;

    public static Command Create(CommandRunner run)
    {
        var manifests = new ManifestOptions();
        return run.Asking("diff", "What 'apply' would change, as a unified diff. Exit code 0 when nothing would, 1 when something would, 2 when that cannot be said.", manifests.All, async (call, cancellationToken) =>
        {
            var api = new ObjectApi(call.Api);
            var (differs, errors) = (false, 0);
            foreach (var item in await manifests.ReadAsync(call))
            {
                try
                {
                    var target = await ManifestTarget.FindAsync(api, item, manifests.Namespace(call.Arguments), call.Context.Namespace, cancellationToken);
                    var text = await CompareAsync(call, api, target, cancellationToken);
                    differs |= text.Length > 0;
                    await PrintAsync(call.Terminal, text);
                }
                catch (CommandException exception)
                {
                    errors++;
                    await call.Terminal.Error.WriteLineAsync($"meshctl: {item.Place}: {Terminal.SafeLines(exception.Message)}");
                }
            }

            return errors > 0 ? CouldNotCompare : differs ? ExitCode.Failure : ExitCode.Fine;
        });
    }

    private static async Task<string> CompareAsync(Call call, ObjectApi api, ManifestTarget target, CancellationToken cancellationToken)
    {
        var before = await api.GetAsync(target.Kind, target.Namespace, target.Object.Name, "", cancellationToken);
        if (!before.IsSuccess && before.Status != HttpStatusCode.NotFound)
        {
            before.Require();
        }

        // What is to be applied wins here: the question is what it would change.
        var answer = await api.ApplyAsync(target.Object.Json, target.Kind, target.Namespace, isDryRun: true, takesOver: true, cancellationToken);
        await ManifestLoop.WarnAsync(call, answer);
        var name = $"{target.Kind.ApiVersion.Replace('/', '.')}.{target.Kind.Kind}.{target.Namespace ?? ""}.{target.Object.Name}";
        return UnifiedDiff.Of(before.IsSuccess ? Text(before.Require()) : "", Text(answer.Require()), $"LIVE/{name}", $"MERGED/{name}");
    }

    private static string Text(JsonObject item) => YamlText.Of(ObjectContent.Of(item));

    private static async Task PrintAsync(Terminal terminal, string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var tone = line[0] switch { '+' => Tone.Good, '-' => Tone.Bad, '@' => Tone.Caution, _ => Tone.Plain };
            await terminal.Out.WriteLineAsync(terminal.Paint(Terminal.Safe(line), tone));
        }
    }
}
