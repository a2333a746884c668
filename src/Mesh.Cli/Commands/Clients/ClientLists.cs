using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;
using Mesh.Config.Objects.Selectors;

namespace Mesh.Cli.Commands.Clients;

/// <summary>The options by which commands narrow a list of clients, and the list that is left.</summary>
internal sealed class ClientLists
{
    private readonly Option<string?> _namespace = CommonOptions.Namespace("Only clients of this namespace. Default: of all.");
    private readonly Option<bool> _all = CommonOptions.AllNamespaces("Clients of all namespaces, which is the default.");
    private readonly Option<string?> _selector = CommonOptions.Selector();

    public IEnumerable<Symbol> Options => [_namespace, _all, _selector];

    public async Task<JsonObject> GetAsync(Call call, CancellationToken cancellationToken)
    {
        var selector = Parse(call.Arguments.GetValue(_selector));
        var list = await call.Api.GetAsync("/api/v1/clients", cancellationToken);
        list["items"] = new JsonArray([.. list["items"]!.AsArray()
            .Where(client => Namespace(call) is not { } only || JsonText.Of(client, "namespace") == only)
            .Where(client => selector.Matches(LabelsOf(client!)))
            .Select(client => client!.DeepClone())]);
        return list;
    }

    public string? Namespace(Call call) => call.Arguments.GetValue(_all) ? null : call.Arguments.GetValue(_namespace);

    private static LabelSelector Parse(string? text)
    {
        try
        {
            return LabelSelector.Parse(text);
        }
        catch (SelectorException exception)
        {
            throw new CommandException($"--selector: {exception.Message}; such as key=value, key!=value, key, !key, key in (a,b) or key notin (a,b).", ExitCode.Usage, exception);
        }
    }

    private static Dictionary<string, string> LabelsOf(JsonNode client) =>
        (client["labels"] as JsonObject ?? []).ToDictionary(label => label.Key, label => label.Value?.ToString() ?? "", StringComparer.Ordinal);
}
