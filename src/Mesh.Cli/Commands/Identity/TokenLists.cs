using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Identity;

/// <summary>What is the same for both kinds of tokens.</summary>
internal static class TokenLists
{
    public static Command List(CommandRunner run, string path, string description, IReadOnlyList<Column> columns) =>
        run.Asking("list", description, [], async (call, cancellationToken) =>
        {
            call.Printer.List(await call.Api.GetAsync(path, cancellationToken), columns, token => JsonText.Of(token, "id"));
            return ExitCode.Fine;
        });

    public static Command Revoke(CommandRunner run, string path, string description)
    {
        var id = new Argument<string>("id") { Description = "As 'list' shows it." };
        return run.Asking("revoke", description, [id], async (call, cancellationToken) =>
        {
            await call.Api.DeleteAsync($"{path}/{Uri.EscapeDataString(call.Arguments.GetValue(id)!)}", cancellationToken);
            await call.Terminal.Error.WriteLineAsync($"Revoked {call.Arguments.GetValue(id)}.");
            return ExitCode.Fine;
        });
    }

    /// <summary>Prints the bare token, so that a shell can take it.</summary>
    public static async Task<int> CreateAsync(Call call, string path, JsonObject body, string? lifetime, CancellationToken cancellationToken)
    {
        if (LifetimeText.ToApi(lifetime) is { } seconds)
        {
            body["ttl"] = seconds;
        }

        var token = await call.Api.PostAsync(path, body, cancellationToken);
        if (call.Printer.IsForPeople)
        {
            await call.Terminal.Out.WriteLineAsync(JsonText.Of(token, "token"));
            await call.Terminal.Error.WriteLineAsync($"Token {JsonText.Of(token, "id")} is good until {JsonText.Of(token, "expiresAt")}; it is not shown again.");
        }
        else
        {
            call.Printer.One(token, [], item => JsonText.Of(item, "id"));
        }

        return ExitCode.Fine;
    }
}
