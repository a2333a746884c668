using System.CommandLine;

namespace Mesh.Cli.Commands.Clients;

/// <summary><c>meshctl status</c>: how the mesh stands, on one screen.</summary>
internal static class StatusCommand
{
    public static Command Create(CommandRunner run) =>
        run.Asking("status", "How the mesh stands, on one screen: control plane, clients, refusals, certificates.", [], async (call, cancellationToken) =>
        {
            var overview = await MeshOverview.ReadAsync(call, cancellationToken);
            if (call.Printer.IsForPeople)
            {
                await OverviewText.WriteAsync(call.Terminal, overview);
            }
            else
            {
                call.Printer.One(overview, [], _ => call.Context.Server.ToString());
            }

            return ExitCode.Fine;
        });
}
