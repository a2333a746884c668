using System.Text.Json.Nodes;
using Mesh.Cli.Connection;
using Mesh.Cli.Objects;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Configuration;

/// <summary>Does something with each object of files; tells what became of each, and all that failed at the end.</summary>
internal static class ManifestLoop
{
    /// <param name="call">What was asked.</param>
    /// <param name="manifests">The files.</param>
    /// <param name="api">Knows the kinds.</param>
    /// <param name="done">For <c>-o json</c> and <c>yaml</c>: filled by <paramref name="act"/>.</param>
    /// <param name="act">Does it; what it did in one word.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="complete">Runs when all objects are done and none failed; tells of what it does by a name and a word.</param>
    public static async Task<int> RunAsync(
        Call call,
        ManifestOptions manifests,
        ObjectApi api,
        JsonArray done,
        Func<ManifestTarget, Task<string>> act,
        CancellationToken cancellationToken,
        Func<Func<string, string, Task>, Task>? complete = null)
    {
        var errors = new List<string>();
        foreach (var item in await manifests.ReadAsync(call))
        {
            try
            {
                var target = await ManifestTarget.FindAsync(api, item, manifests.Namespace(call.Arguments), call.Context.Namespace, cancellationToken);
                var verb = await act(target);
                await TellAsync(call, target.Name, verb);
            }
            catch (CommandException exception)
            {
                errors.Add($"{item.Place}: {exception.Message}");
            }
        }

        if (complete is not null)
        {
            await CompleteAsync(call, complete, errors);
        }

        if (!call.Printer.IsForPeople && call.Printer.Format != OutputFormat.Name)
        {
            call.Printer.Whole(done.Count == 1 ? done[0]! : new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = done });
        }

        foreach (var error in errors)
        {
            await call.Terminal.Error.WriteLineAsync($"meshctl: {Terminal.SafeLines(error)}");
        }

        return errors.Count == 0 ? ExitCode.Fine : ExitCode.Failure;
    }

    private static async Task CompleteAsync(Call call, Func<Func<string, string, Task>, Task> complete, List<string> errors)
    {
        if (errors.Count > 0)
        {
            errors.Add("As some objects failed, nothing was taken away.");
            return;
        }

        try
        {
            await complete((name, verb) => TellAsync(call, name, verb));
        }
        catch (CommandException exception)
        {
            errors.Add(exception.Message);
        }
    }

    /// <summary>What the server wants people to know.</summary>
    public static async Task WarnAsync(Call call, ApiAnswer answer)
    {
        foreach (var warning in answer.Warnings)
        {
            await call.Terminal.Error.WriteLineAsync($"Warning: {Terminal.Safe(warning)}");
        }
    }

    private static Task TellAsync(Call call, string name, string verb) =>
        call.Printer.IsForPeople ? call.Terminal.Out.WriteLineAsync($"{name} {verb}")
        : call.Printer.Format == OutputFormat.Name ? call.Terminal.Out.WriteLineAsync(name)
        : Task.CompletedTask;
}
