using System.CommandLine;
using System.Reflection;
using System.Text.Json.Nodes;
using Mesh.Cli.Connection;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands;

/// <summary><c>meshctl version</c>: of this program, and of the control plane if it answers.</summary>
internal static class VersionCommand
{
    public static Command Create(CommandRunner run)
    {
        var isShort = new Option<bool>("--short") { Description = "Only the version of meshctl, without asking anybody." };
        return run.Local("version", "Versions of meshctl and of the control plane.", [isShort], async (parsed, context, cancellationToken) =>
        {
            var printer = run.Printer(parsed);
            if (parsed.GetValue(isShort) && printer.IsForPeople)
            {
                await run.Terminal.Out.WriteLineAsync(Own());
                return ExitCode.Fine;
            }

            var versions = new JsonObject { ["client"] = Own() };
            if (!parsed.GetValue(isShort))
            {
                await AskAsync(run, context, versions, cancellationToken);
            }

            printer.One(versions, [Column.Of("client", "client"), Column.Of("control plane", "controlPlane"), Column.Of("runtime", "runtime")], item => JsonText.Of(item, "client"));
            return ExitCode.Fine;
        });
    }

    internal static string Own() =>
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static async Task AskAsync(CommandRunner run, ControlPlaneContext context, JsonObject versions, CancellationToken cancellationToken)
    {
        try
        {
            using var handler = await ServerTrust.CreateHandlerAsync(context.Server, context.RootFile, context.Token, cancellationToken);
            using var api = new ApiClient(context, handler);
            var answer = await api.GetAsync("/version", cancellationToken);
            versions["controlPlane"] = JsonText.Of(answer, "version") is { Length: > 0 } version ? version : JsonText.Of(answer, "gitVersion");
            versions["runtime"] = JsonText.Of(answer, "runtime") is { Length: > 0 } runtime ? runtime : null;
        }
        catch (CommandException exception)
        {
            await run.Terminal.Error.WriteLineAsync($"meshctl: {exception.Message}");
        }
    }
}
