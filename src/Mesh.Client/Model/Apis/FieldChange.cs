using System.Collections.Immutable;

namespace Mesh.Client.Model.Apis;

/// <summary>Changes of named fields, headers or query parameters: renames first, then removals, then what is set, then what is added.</summary>
internal sealed record FieldChange(
    ImmutableArray<KeyValuePair<string, string>> Rename, ImmutableArray<string> Remove, ImmutableArray<KeyValuePair<string, string>> Set, ImmutableArray<KeyValuePair<string, string>> Add);
