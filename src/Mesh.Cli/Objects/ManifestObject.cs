using System.Text.Json.Nodes;

namespace Mesh.Cli.Objects;

/// <summary>An object as somebody wrote it.</summary>
/// <param name="Json">All of it.</param>
/// <param name="File">Where it stands.</param>
/// <param name="Line">Its first.</param>
internal sealed record ManifestObject(JsonObject Json, string File, int Line)
{
    public string ApiVersion => Json["apiVersion"]!.ToString();

    public string Kind => Json["kind"]!.ToString();

    public string Name => ObjectApi.NameOf(Json);

    /// <summary>Null when it names none.</summary>
    public string? Namespace => Json["metadata"]?["namespace"]?.ToString();

    /// <summary>For messages.</summary>
    public string Place => $"{File}:{Line}: {Kind} {Name}";
}
