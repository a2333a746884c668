using System.Text.Json.Nodes;

namespace Mesh.Config.Objects.Lifecycle;

/// <summary>What becomes of an object: it is stored, or it goes.</summary>
/// <param name="Object">As it shall be stored, or as it is when it goes.</param>
/// <param name="Remove">Whether nothing holds it any more.</param>
internal sealed record LifecycleStep(JsonObject Object, bool Remove);
