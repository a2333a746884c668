using System.CommandLine;
using System.Net;
using Mesh.Cli.Objects;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Configuration;

/// <summary><c>meshctl edit</c>: an object in the editor of the person's choice, opened again with the reason when the server refuses what was written.</summary>
internal static class EditCommand
{
    public static Command Create(CommandRunner run)
    {
        var names = new ObjectNames(run);
        return run.Asking("edit", "Opens an object in $EDITOR (or MESH_EDITOR, VISUAL, vi) and writes back what was saved; opens it again when the control plane refuses it.", names.Symbols, async (call, cancellationToken) =>
        {
            var api = new ObjectApi(call.Api);
            if (await names.FindAsync(call, api, cancellationToken) is not [(var kind, { } name)])
            {
                throw new CommandException("Expected one object: KIND NAME or KIND/NAME.", ExitCode.Usage);
            }

            var ns = kind.IsNamespaced ? names.Namespace(call) : null;
            var original = (await api.GetAsync(kind, ns, name, "", cancellationToken)).Require();
            using var buffer = new EditBuffer(call.Terminal, name);
            return await EditAsync(call, api, new EditTarget(kind, ns, name, original), buffer, cancellationToken);
        });
    }

    private static async Task<int> EditAsync(Call call, ObjectApi api, EditTarget target, EditBuffer buffer, CancellationToken cancellationToken)
    {
        var shown = YamlText.Of(ObjectContent.Of(target.Original, keepsIdentity: true));
        var (text, reason) = (shown, "");
        while (true)
        {
            var edited = await buffer.EditAsync(text, reason, cancellationToken);
            if (edited.Trim().Length == 0 || edited.Trim() == shown.Trim())
            {
                await call.Terminal.Error.WriteLineAsync("Edit cancelled, no changes made.");
                return ExitCode.Fine;
            }

            if (reason.Length > 0 && edited.Trim() == text.Trim())
            {
                throw new CommandException($"{reason}\nNothing was changed since. What was written is kept in {buffer.Keep()}.");
            }

            (text, reason) = (edited, await SaveAsync(call, api, target, edited, cancellationToken));
            if (reason.Length == 0)
            {
                await call.Terminal.Out.WriteLineAsync($"{target.Kind.FullName}/{target.Name} edited");
                return ExitCode.Fine;
            }
        }
    }

    /// <summary>Why it was not taken; empty when it was.</summary>
    private static async Task<string> SaveAsync(Call call, ObjectApi api, EditTarget target, string text, CancellationToken cancellationToken)
    {
        var file = new ManifestFile(TextReader.Null);
        var objects = file.ReadText(text, "the text");
        if (file.Errors.Count > 0 || objects is not [{ } item])
        {
            return file.Errors.Count > 0 ? string.Join('\n', file.Errors) : $"expected one object, got {objects.Count}";
        }

        if (item.Name != target.Name || item.Kind != target.Kind.Kind)
        {
            return $"kind and name cannot be changed: expected {target.Kind.Kind} {target.Name}, got {item.Kind} {item.Name}";
        }

        var answer = await api.ReplaceAsync(item.Json, target.Kind, target.Namespace, cancellationToken);
        await ManifestLoop.WarnAsync(call, answer);
        return answer.IsSuccess ? ""
            : answer.Status == HttpStatusCode.Conflict ? $"{answer.Problem}\nSomebody else changed it meanwhile: write metadata.resourceVersion of the new version here, or take the line out to overwrite that change."
            : answer.Problem;
    }
}
