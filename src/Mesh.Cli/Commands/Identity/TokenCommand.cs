using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Identity;

/// <summary><c>meshctl token</c>: tokens that prove a workload's identity, for its first certificate.</summary>
internal static class TokenCommand
{
    private const string Path = "/api/v1/tokens";

    private static readonly Column[] Columns =
    [
        Column.Of("id", "id"),
        Column.Of("namespace", "namespace"),
        Column.Of("service account", "serviceAccount"),
        Column.Of("state", "state"),
        Column.Of("once", "once"),
        new Column("expires", token => JsonText.Relative(JsonText.Of(token, "expiresAt"), TimeProvider.System.GetUtcNow())),
        Column.Of("made by", "creator"),
    ];

    public static Command Create(CommandRunner run) =>
        new("token", "Tokens that prove a workload's identity, for its first certificate.")
        {
            CreateOne(run),
            TokenLists.List(run, Path, "Identity tokens: never their secrets.", Columns),
            TokenLists.Revoke(run, Path, "Takes an identity token back, and ends the streams that it opened."),
        };

    private static Command CreateOne(CommandRunner run)
    {
        var ns = new Option<string>("--namespace", "-n") { Description = "Namespace of the workload.", HelpName = "NAMESPACE", Required = true };
        var account = new Option<string>("--service-account", "-s") { Description = "Service account of the workload.", HelpName = "ACCOUNT", Required = true };
        var lifetime = CommonOptions.Lifetime("1h");
        var once = new Option<bool>("--once") { Description = "Good for one certificate only." };
        return run.Asking("create", "Makes a token for one workload identity, and prints it: the only time that it is shown.", [ns, account, lifetime, once], async (call, cancellationToken) =>
        {
            var body = new JsonObject
            {
                ["namespace"] = call.Arguments.GetValue(ns),
                ["serviceAccount"] = call.Arguments.GetValue(account),
                ["once"] = call.Arguments.GetValue(once),
            };
            return await TokenLists.CreateAsync(call, Path, body, call.Arguments.GetValue(lifetime), cancellationToken);
        });
    }
}
