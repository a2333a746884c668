using System.CommandLine;
using Mesh.Cli.Connection;
using Mesh.Cli.Contexts;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Session;

/// <summary><c>meshctl login</c>, <c>logout</c> and <c>whoami</c>: the token by which a control plane knows a person.</summary>
internal static class LoginCommand
{
    private static readonly Column[] Caller =
    [
        Column.Of("Name", "name"), Column.Of("Roles", "roles"), Column.Of("Server", "server"), Column.Of("Context", "context"), Column.Of("Token from", "tokenFrom"),
    ];

    public static Command Login(CommandRunner run)
    {
        var name = new Argument<string?>("name") { Description = "The context to keep it in. Default: the one in use, or the server's host.", Arity = ArgumentArity.ZeroOrOne };
        return run.Local("login", "Keeps a token of the API for a control plane, once that has taken it: from --api-token, or from stdin. The server is believed by the pin in the token, or by --roots.", [name], async (parsed, context, cancellationToken) =>
        {
            var store = ContextStore.Of(run.Terminal.Variable);
            var token = run.Options.Token(parsed) is { } given ? TokenFile.Resolve(given) : (await run.Terminal.In.ReadLineAsync(cancellationToken))?.Trim();
            if (string.IsNullOrEmpty(token))
            {
                throw new CommandException("Expected a token, in --api-token @FILE or on stdin. An administrator makes one with 'meshctl api-token create'.", ExitCode.Usage);
            }

            var entry = new ContextEntry(parsed.GetValue(name) ?? context.Name ?? context.Server.Host, context.Server)
            {
                Roots = context.RootFile is { } roots ? Path.GetFullPath(roots) : null,
                Namespace = store.Find(parsed.GetValue(name) ?? context.Name ?? "")?.Namespace,
            };
            var asking = context with { Token = token };
            using var handler = await ServerTrust.CreateHandlerAsync(asking.Server, asking.RootFile, token, cancellationToken);
            using var api = new ApiClient(asking, handler);
            var caller = await api.GetAsync("/api/v1/whoami", cancellationToken);
            store.Set(entry, use: true);
            store.SetToken(entry.Name, token);
            await run.Terminal.Error.WriteLineAsync($"Logged in to {entry.Server} as {Terminal.Safe(JsonText.Of(caller, "name"))} ({JsonText.Of(caller, "roles")}); context {entry.Name}.");
            return ExitCode.Fine;
        });
    }

    public static Command Logout(CommandRunner run) => run.Local("logout", "Forgets the token of the context in use. It stays good until it expires: 'meshctl api-token revoke' ends it.", [], async (_, context, _) =>
    {
        var store = ContextStore.Of(run.Terminal.Variable);
        var had = context.Name is { } name && store.DeleteToken(name);
        await run.Terminal.Error.WriteLineAsync(had ? $"Logged out of {context.Name}." : "There was no token.");
        return ExitCode.Fine;
    });

    public static Command Who(CommandRunner run) => run.Asking("whoami", "Who you are to the control plane, and what you may.", [], async (call, cancellationToken) =>
    {
        var caller = await call.Api.GetAsync("/api/v1/whoami", cancellationToken);
        caller["server"] = call.Context.Server.ToString();
        caller["context"] = call.Context.Name;
        caller["tokenFrom"] = call.Context.TokenSource;
        call.Printer.One(caller, Caller, item => JsonText.Of(item, "name"));
        return ExitCode.Fine;
    });
}
