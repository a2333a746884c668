using System.Collections.Immutable;

namespace Mesh.Client.Model.Apis;

/// <summary>Changes of a body of JSON: renames first, then removals, then what is set.</summary>
/// <param name="Rename">Of a place to the new name of its member.</param>
/// <param name="Remove">Places.</param>
/// <param name="Set">Of a place to JSON.</param>
/// <param name="MaxBytes">Largest body that is read as a whole.</param>
internal sealed record JsonChange(
    ImmutableArray<KeyValuePair<JsonPlace, string>> Rename, ImmutableArray<JsonPlace> Remove, ImmutableArray<KeyValuePair<JsonPlace, string>> Set, int MaxBytes);
