using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients.Resources;

/// <summary>The options that narrow a table of resources; each asks for one field of its rows.</summary>
internal sealed class ResourceFilters
{
    private readonly (Option<string?> Option, string Field)[] _filters;

    private readonly Option<string?> _address;

    /// <param name="view">The table.</param>
    /// <param name="address">The option <c>--address</c> of the command, which is a filter unless it is the URL of an application.</param>
    public ResourceFilters(ResourceView view, Option<string?> address)
    {
        _address = address;
        _filters =
        [
            .. view.Filters.Select(filter => (
                filter.Key == "address" ? address : new Option<string?>($"--{filter.Key}") { Description = filter.Value, HelpName = filter.Key.ToUpperInvariant() },
                filter.Key)),
        ];
    }

    /// <summary>Those that the command does not have already.</summary>
    public IEnumerable<Option> Options => _filters.Select(filter => filter.Option).Where(option => option != _address);

    public bool Hold(ParseResult arguments, JsonObject row) =>
        Array.TrueForAll(_filters, filter => arguments.GetValue(filter.Option) is not { } wanted || (filter.Option == _address && ProxyTarget.IsUrl(wanted)) || Holds(filter.Field, JsonText.Of(row, filter.Field), wanted));

    /// <summary>A host matches with the namespace and domain left out too, as people write it.</summary>
    private static bool Holds(string field, string value, string wanted) =>
        value.Equals(wanted, StringComparison.OrdinalIgnoreCase) || (field == "fqdn" && value.StartsWith(wanted + ".", StringComparison.OrdinalIgnoreCase));
}
