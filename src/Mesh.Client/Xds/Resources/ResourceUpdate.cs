using Google.Protobuf.WellKnownTypes;

namespace Mesh.Client.Xds.Resources;

/// <summary>One resource of a response.</summary>
/// <param name="Name">As the response names it; null when only the resource itself can tell (state of the world).</param>
/// <param name="Version">Of this resource (delta); of the response otherwise.</param>
/// <param name="Resource">The resource.</param>
internal readonly record struct ResourceUpdate(string? Name, string Version, Any? Resource);
