using System.Text.Json.Nodes;

namespace Mesh.Cli.Output;

/// <summary>One column of a table over JSON objects.</summary>
internal sealed record Column(string Title, Func<JsonObject, string> Value)
{
    /// <param name="title">Its heading.</param>
    /// <param name="field">A field, or a path of fields with dots.</param>
    public static Column Of(string title, string field) => new(title, item => JsonText.Of(item, field));
}
