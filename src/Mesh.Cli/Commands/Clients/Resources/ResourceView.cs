using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients.Resources;

/// <summary>How people see one type of xDS resource.</summary>
/// <param name="Name">Of the command.</param>
/// <param name="Plural">For headings.</param>
/// <param name="Types">The xDS types that hold it.</param>
/// <param name="Rows">A resource of proto3 JSON as rows, each with a field <c>name</c>: that of the resource.</param>
/// <param name="Columns">Over the rows.</param>
internal sealed record ResourceView(
    string Name, string Plural, IReadOnlyList<string> Types, Func<string, JsonObject, IEnumerable<JsonObject>> Rows, IReadOnlyList<Column> Columns)
{
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Options that narrow the rows: the option without its dashes is the field that it asks for.</summary>
    public IReadOnlyDictionary<string, string> Filters { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
