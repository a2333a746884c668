using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Identity;

/// <summary><c>meshctl api-token</c>: tokens that let people and programs use the API.</summary>
internal static class ApiTokenCommand
{
    private const string Path = "/api/v1/api-tokens";

    private static readonly Column[] Columns =
    [
        Column.Of("id", "id"),
        Column.Of("name", "name"),
        Column.Of("roles", "roles"),
        Column.Of("state", "state"),
        new Column("expires", token => JsonText.Relative(JsonText.Of(token, "expiresAt"), TimeProvider.System.GetUtcNow())),
        Column.Of("made by", "creator"),
    ];

    public static Command Create(CommandRunner run) =>
        new("api-token", "Tokens that let people and programs use the API.")
        {
            CreateOne(run),
            TokenLists.List(run, Path, "Tokens of the API: never their secrets.", Columns),
            TokenLists.Revoke(run, Path, "Takes a token of the API back."),
        };

    private static Command CreateOne(CommandRunner run)
    {
        var name = new Argument<string>("name") { Description = "Whose it is, for records." };
        var roles = new Option<string[]>("--role")
        {
            Description = "viewer, operator, security-admin, auditor or admin; with @NAMESPACE it holds there alone. May be given several times.",
            HelpName = "ROLE[@NAMESPACE]",
            Required = true,
        };
        var lifetime = CommonOptions.Lifetime("30d");
        return run.Asking("create", "Makes a token of the API, and prints it: the only time that it is shown.", [name, roles, lifetime], async (call, cancellationToken) =>
        {
            var body = new JsonObject
            {
                ["name"] = call.Arguments.GetValue(name),
                ["roles"] = new JsonArray([.. call.Arguments.GetValue(roles)!.Select(role => (JsonNode)role)]),
            };
            return await TokenLists.CreateAsync(call, Path, body, call.Arguments.GetValue(lifetime), cancellationToken);
        });
    }
}
