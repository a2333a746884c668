using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Session;

/// <summary><c>meshctl dashboard</c>: where the web pages of the control plane are.</summary>
internal static class DashboardCommand
{
    public static Command Create(CommandRunner run) => run.Local("dashboard", "Prints the address of the control plane's web pages.", [], (parsed, context, _) =>
    {
        var address = new Uri(context.Server, "/").ToString();
        var printer = run.Printer(parsed);
        if (printer.Format is OutputFormat.Json or OutputFormat.Yaml)
        {
            printer.Whole(new JsonObject { ["address"] = address });
        }
        else
        {
            run.Terminal.Out.WriteLine(address);
        }

        return Task.FromResult(ExitCode.Fine);
    });
}
