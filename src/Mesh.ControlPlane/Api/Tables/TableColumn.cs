using Mesh.Config;

namespace Mesh.ControlPlane.Api.Tables;

/// <summary>A column of a table, and how its cells are made.</summary>
/// <param name="Name">The heading.</param>
/// <param name="Cell">A text, a <see cref="long"/>, or null for an empty cell.</param>
/// <param name="Type">Of OpenAPI.</param>
/// <param name="Format"><c>name</c> for the column that names the row.</param>
/// <param name="Priority">Above 0 for columns of wide listings only.</param>
internal sealed record TableColumn(string Name, Func<Resource, DateTimeOffset, object?> Cell, string Type = "string", string Format = "", int Priority = 0)
{
    public string Description { get; init; } = "";
}
