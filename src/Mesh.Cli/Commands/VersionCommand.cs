using System.CommandLine;
using System.Reflection;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands;

/// <summary><c>meshctl version</c>: of this program, and of the control plane if it answers.</summary>
internal static class VersionCommand
{
    public static Command Create(CommandRunner run) =>
        run.Asking("version", "Versions of meshctl and of the control plane.", [], async (call, cancellationToken) =>
        {
            var versions = new JsonObject { ["client"] = Own() };
            try
            {
                versions["controlPlane"] = JsonText.Of(await call.Api.GetAsync("/version", cancellationToken), "version");
            }
            catch (CommandException exception)
            {
                await call.Terminal.Error.WriteLineAsync($"meshctl: {exception.Message}");
            }

            call.Printer.One(versions, [Column.Of("client", "client"), Column.Of("control plane", "controlPlane")], item => JsonText.Of(item, "client"));
            return ExitCode.Fine;
        });

    internal static string Own() =>
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
