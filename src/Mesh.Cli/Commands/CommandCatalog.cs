using System.CommandLine;
using Mesh.Cli.Commands.Analysis;
using Mesh.Cli.Commands.Apis;
using Mesh.Cli.Commands.Checks;
using Mesh.Cli.Commands.Clients;
using Mesh.Cli.Commands.Configuration;
using Mesh.Cli.Commands.Diagnostics;
using Mesh.Cli.Commands.Identity;
using Mesh.Cli.Commands.Requests;
using Mesh.Cli.Commands.Session;
using Mesh.Cli.Commands.Traffic;

namespace Mesh.Cli.Commands;

/// <summary>Every command of the first level, in the order of the help.</summary>
internal static class CommandCatalog
{
    private static readonly CommandEntry[] All =
    [
        new("status", StatusCommand.Create),
        new("check", CheckCommand.Create),
        new("clients", ClientsCommand.Create),
        new(["proxy-status", "ps"], ProxyStatusCommand.Create),
        new(["proxy-config", "pc"], ProxyConfigCommand.Create),
        new("graph", GraphCommand.Create),
        new("stat", StatCommand.Create),
        new("top", TopCommand.Create),
        new("tap", TapCommand.Create),
        new("edges", EdgesCommand.Create),
        new("usage", UsageCommand.Create),
        new("mode", ModeCommand.Create),
        new("analyze", AnalyzeCommand.Create),
        new("validate", ValidateCommand.Create),
        new("explain", ExplainCommand.Create),
        new("authz", AuthorizationCommand.Create),
        new("apply", ApplyCommand.Create),
        new("get", GetCommand.Create),
        new("edit", EditCommand.Create),
        new("delete", DeleteCommand.Create),
        new("diff", DiffCommand.Create),
        new("token", TokenCommand.Create),
        new("api-key", ApiKeyCommand.Create),
        new("api-token", ApiTokenCommand.Create),
        new("ca", AuthorityCommand.Create),
        new("certificate", CertificateCommand.Create),
        new("audit", AuditCommand.Create),
        new("context", ContextCommand.Create),
        new("login", LoginCommand.Login),
        new("logout", LoginCommand.Logout),
        new("whoami", LoginCommand.Who),
        new("dashboard", DashboardCommand.Create),
        new("completion", CompletionCommand.Create),
        new("diagnostics", DiagnosticsCommand.Create),
        new("version", VersionCommand.Create),
    ];

    /// <summary>The command that the first word names, or all of them when it names none: for help, completion and mistakes.</summary>
    public static IEnumerable<Command> For(string? word, CommandRunner run)
    {
        var entry = All.FirstOrDefault(entry => entry.Names.Contains(word, StringComparer.Ordinal));
        return (entry is null ? All : [entry]).Select(entry => Make(entry, run));
    }

    private static Command Make(CommandEntry entry, CommandRunner run)
    {
        var command = entry.Create(run);
        foreach (var alias in entry.Names.Skip(1))
        {
            command.Aliases.Add(alias);
        }

        return command;
    }
}
