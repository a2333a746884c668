using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients.Resources;

/// <summary>The options that narrow a table of resources; each asks for one field of its rows.</summary>
internal sealed class ResourceFilters
{
    private readonly (Option<string?> Option, string Field)[] _filters;

    public ResourceFilters(ResourceView view) => _filters =
    [
        .. view.Filters.Select(filter => (new Option<string?>($"--{filter.Key}") { Description = filter.Value, HelpName = filter.Key.ToUpperInvariant() }, filter.Key)),
    ];

    public IEnumerable<Option> Options => _filters.Select(filter => filter.Option);

    public bool Hold(ParseResult arguments, JsonObject row) =>
        Array.TrueForAll(_filters, filter => arguments.GetValue(filter.Option) is not { } wanted || Holds(filter.Field, JsonText.Of(row, filter.Field), wanted));

    /// <summary>A host matches with the namespace and domain left out too, as people write it.</summary>
    private static bool Holds(string field, string value, string wanted) =>
        value.Equals(wanted, StringComparison.OrdinalIgnoreCase) || (field == "fqdn" && value.StartsWith(wanted + ".", StringComparison.OrdinalIgnoreCase));
}
