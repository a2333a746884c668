using System.Text.Json;

namespace Mesh.Config.Stores;

/// <summary>What a writer asks of a store: put or remove one resource, if it is still the one that the writer has seen.</summary>
/// <param name="Id">Which one.</param>
/// <param name="Next">Admitted and complete but for its version; null removes.</param>
/// <param name="ExpectedVersion">The version that the writer has seen; 0 when it has seen none; null overwrites whatever is there.</param>
internal sealed record ResourceWrite(ResourceId Id, Resource? Next, long? ExpectedVersion)
{
    /// <summary>Who writes, for a store that keeps the owners of fields itself; null for nobody in particular.</summary>
    public string? FieldManager { get; init; }

    /// <summary>What a server-side apply brought, for a store that can apply it itself: then <see cref="Next"/> is what is expected to come of it. Undefined for other writes.</summary>
    public JsonElement Applied { get; init; }

    /// <summary>Whether <see cref="Applied"/> takes fields from their owners.</summary>
    public bool TakesOver { get; init; }
}
