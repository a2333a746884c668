using System.Text.Json.Nodes;

namespace Mesh.Cli.Output;

/// <summary>One column of a table over JSON objects.</summary>
internal sealed record Column(string Title, Func<JsonObject, string> Value)
{
    /// <summary>Shown with <c>-o wide</c> only.</summary>
    public bool IsWide { get; init; }

    /// <summary>What colour a value has, where there is colour.</summary>
    public Func<string, Tone> Tone { get; init; } = static _ => Output.Tone.Plain;

    /// <param name="title">Its heading.</param>
    /// <param name="field">A field, or a path of fields with dots.</param>
    public static Column Of(string title, string field) => new(title, item => JsonText.Of(item, field));

    /// <summary>The same with <c>-o wide</c> only.</summary>
    public static Column Wide(string title, string field) => Of(title, field) with { IsWide = true };
}
