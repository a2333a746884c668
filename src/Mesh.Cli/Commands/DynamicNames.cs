using System.CommandLine.Completions;
using System.Text.Json.Nodes;
using Mesh.Cli.Connection;
using Mesh.Cli.Objects;

namespace Mesh.Cli.Commands;

/// <summary>Names for completion, from the API: what it does not tell at once is left out, as people wait for it with a finger on a key.</summary>
internal static class DynamicNames
{
    private static readonly string[] ClientFields = ["workloadName", "cluster"];

    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(300);

    /// <summary>Clients, by the names that commands take.</summary>
    public static IEnumerable<CompletionItem> Clients(CommandRunner run, CompletionContext context) => Ask(run, context, async (api, cancellationToken) =>
        (await api.GetAsync("/api/v1/clients", cancellationToken))["items"]!.AsArray().OfType<JsonObject>()
            .SelectMany(client => ClientFields.Select(field => client[field]?.ToString())));

    /// <summary>Kinds of objects.</summary>
    public static IEnumerable<CompletionItem> Kinds(CommandRunner run, CompletionContext context) => Ask(run, context, async (api, cancellationToken) =>
        (await new ObjectApi(api).KindsAsync(cancellationToken)).Select(kind => (string?)kind.Plural));

    /// <summary>Kinds, or the names of objects when a kind is there already.</summary>
    public static IEnumerable<CompletionItem> Objects(CommandRunner run, CompletionContext context, IReadOnlyList<string> words, string? ns, bool isOpen) =>
        words is not [var kind, ..] || (words.Count == 1 && isOpen) ? Kinds(run, context) : Ask(run, context, async (api, cancellationToken) =>
        {
            var objects = new ObjectApi(api);
            var names = new List<string?>();
            foreach (var one in await objects.FindAsync(kind, cancellationToken))
            {
                var list = (await objects.GetAsync(one, ns ?? run.Options.Context(context.ParseResult, run.Terminal.Variable).Namespace, null, "", cancellationToken)).Require();
                names.AddRange((list["items"] as JsonArray ?? []).OfType<JsonObject>().Select(ObjectApi.NameOf));
            }

            return names;
        });

    private static CompletionItem[] Ask(CommandRunner run, CompletionContext context, Func<ApiClient, CancellationToken, Task<IEnumerable<string?>>> ask)
    {
        using var budget = new CancellationTokenSource(Budget, TimeProvider.System);
        try
        {
            // The library asks for completions without await.
            return [.. Task.Run(() => AskAsync(run, context, ask, budget.Token), budget.Token).WaitAsync(budget.Token).GetAwaiter().GetResult()
                .OfType<string>()
                .Where(name => name.Length > 0)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Select(name => new CompletionItem(name))];
        }
        catch (Exception exception) when (exception is CommandException or OperationCanceledException)
        {
            return [];
        }
    }

    private static async Task<IEnumerable<string?>> AskAsync(
        CommandRunner run, CompletionContext context, Func<ApiClient, CancellationToken, Task<IEnumerable<string?>>> ask, CancellationToken cancellationToken)
    {
        var target = run.Options.Context(context.ParseResult, run.Terminal.Variable);
        using var handler = await ServerTrust.CreateHandlerAsync(target.Server, target.RootFile, target.Token, cancellationToken);
        using var api = new ApiClient(target, handler);
        return [.. await ask(api, cancellationToken)];
    }
}
