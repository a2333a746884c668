namespace Mesh.Client.Model.Telemetry;

/// <summary>A tag of every span.</summary>
/// <param name="Name">Of the tag.</param>
/// <param name="Kind">Where its value comes from.</param>
/// <param name="Source">The value itself, the name of the variable or header, or the format.</param>
/// <param name="Default">In the place of a variable or header that is not there; empty for no tag then.</param>
internal sealed record CustomTag(string Name, CustomTagKind Kind, string Source, string Default = "");
