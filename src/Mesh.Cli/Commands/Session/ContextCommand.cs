using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Connection;
using Mesh.Cli.Contexts;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Session;

/// <summary><c>meshctl context</c>: the control planes that a person works with, and the one in use.</summary>
internal static class ContextCommand
{
    private static readonly Column[] Columns =
    [
        new("current", entry => JsonText.Of(entry, "current") == "yes" ? "*" : ""),
        Column.Of("name", "name"),
        Column.Of("server", "server"),
        Column.Of("namespace", "namespace"),
        Column.Of("token", "token"),
        Column.Wide("roots", "roots"),
    ];

    public static Command Create(CommandRunner run) =>
        new("context", "The control planes that you work with.") { List(run), Use(run), Set(run), Delete(run) };

    private static Command List(CommandRunner run) => run.Local("list", "All of them; the one in use has a star.", [], (parsed, _, _) =>
    {
        var store = ContextStore.Of(run.Terminal.Variable);
        var current = store.CurrentName;
        var list = new JsonObject
        {
            ["apiVersion"] = "mesh.dev/v1",
            ["kind"] = "ContextList",
            ["items"] = new JsonArray([.. store.All.Select(entry => (JsonNode)new JsonObject
            {
                ["name"] = entry.Name,
                ["current"] = entry.Name == current,
                ["server"] = entry.Server.ToString(),
                ["namespace"] = entry.Namespace ?? ControlPlaneContext.DefaultNamespace,
                ["token"] = store.HasToken(entry.Name),
                ["roots"] = entry.Roots,
            })]),
        };
        run.Printer(parsed).List(list, Columns, entry => JsonText.Of(entry, "name"));
        return Task.FromResult(ExitCode.Fine);
    });

    private static Command Use(CommandRunner run)
    {
        var name = Name("One of 'context list'.");
        return run.Local("use", "Works with another one from now on.", [name], async (parsed, _, _) =>
        {
            var store = ContextStore.Of(run.Terminal.Variable);
            var entry = Require(store, parsed.GetValue(name)!);
            store.Use(entry.Name);
            await run.Terminal.Error.WriteLineAsync($"Now with {entry.Name}: {entry.Server}");
            return ExitCode.Fine;
        });
    }

    private static Command Set(CommandRunner run)
    {
        var name = Name("A new one, or one to change.");
        var ns = CommonOptions.Namespace("Where objects are looked for when nobody says.");
        return run.Local("set", "Makes a context, or changes it: --server, --roots, --namespace.", [name, ns], async (parsed, _, _) =>
        {
            var store = ContextStore.Of(run.Terminal.Variable);
            var known = store.Find(parsed.GetValue(name)!);
            var server = run.Options.Server(parsed) is { } text ? ControlPlaneContext.Address(text, "--server") : known?.Server
                ?? throw new CommandException("--server: expected the address of the control plane's HTTP API, got nothing.", ExitCode.Usage);
            var roots = run.Options.Roots(parsed) is { } file ? Path.GetFullPath(file) : known?.Roots;
            store.Set(new ContextEntry(parsed.GetValue(name)!, server) { Roots = roots, Namespace = parsed.GetValue(ns) ?? known?.Namespace }, use: false);
            await run.Terminal.Error.WriteLineAsync($"Context {parsed.GetValue(name)}: {server}");
            return ExitCode.Fine;
        });
    }

    private static Command Delete(CommandRunner run)
    {
        var name = Name("One of 'context list'.");
        return run.Local("delete", "Forgets a context and its token.", [name], async (parsed, _, _) =>
        {
            var store = ContextStore.Of(run.Terminal.Variable);
            store.Delete(Require(store, parsed.GetValue(name)!).Name);
            await run.Terminal.Error.WriteLineAsync($"Forgot {parsed.GetValue(name)}.");
            return ExitCode.Fine;
        });
    }

    private static Argument<string> Name(string description) => new("name") { Description = description };

    private static ContextEntry Require(ContextStore store, string name) => store.Find(name)
        ?? throw new CommandException($"There is no context '{name}'; there are: {string.Join(", ", store.All.Select(entry => entry.Name).DefaultIfEmpty("none"))}. 'meshctl context set' makes one.", ExitCode.Usage);
}
