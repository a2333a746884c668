using System.Text.Json.Nodes;
using Mesh.Cli.Objects;

namespace Mesh.Cli.Commands.Configuration;

/// <summary>The object that is edited.</summary>
/// <param name="Kind">As it is served.</param>
/// <param name="Namespace">Null for kinds without.</param>
/// <param name="Name">Of the object.</param>
/// <param name="Original">As it was when the editor was opened.</param>
internal sealed record EditTarget(ServedKind Kind, string? Namespace, string Name, JsonObject Original);
