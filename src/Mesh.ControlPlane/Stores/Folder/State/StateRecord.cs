using System.Text.Json;
using System.Text.Json.Serialization;
using Mesh.Config;

namespace Mesh.ControlPlane.Stores.Folder.State;

/// <summary>What the store remembers about one resource and does not write into the files of people.</summary>
/// <param name="Version">Of the write that it describes.</param>
/// <param name="Group">Of the resource.</param>
/// <param name="Kind">Of the resource.</param>
/// <param name="Namespace">Of the resource.</param>
/// <param name="Name">Of the resource.</param>
/// <param name="Seen">Names the content of the file that it belongs to; null: the resource is gone.</param>
/// <param name="Body">Names what the resource says: another one is a new generation.</param>
/// <param name="Kept">Uid, generation, owners of fields, status …</param>
internal sealed record StateRecord(
    long Version, string Group, string Kind, string Namespace, string Name, string? Seen = null, string? Body = null, JsonElement? Kept = null)
{
    [JsonIgnore]
    public ResourceId Id => new(Group, Kind, Namespace, Name);

    /// <summary>Says nothing but which versions were given out.</summary>
    [JsonIgnore]
    public bool IsMark => Kind.Length == 0;

    public static StateRecord Mark(long version) => new(version, "", "", "", "");

    public static StateRecord Gone(long version, ResourceId id) => new(version, id.Group, id.Kind, id.Namespace, id.Name);

    public static StateRecord Of(long version, ResourceId id, string seen, string body, JsonElement kept) =>
        new(version, id.Group, id.Kind, id.Namespace, id.Name, seen, body, kept);
}
