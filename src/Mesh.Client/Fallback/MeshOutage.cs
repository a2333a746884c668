namespace Mesh.Client.Fallback;

/// <summary>A time in which no control plane answered.</summary>
/// <param name="Rung">The lowest step that calls followed meanwhile.</param>
/// <param name="Began">When.</param>
/// <param name="Ended">When.</param>
internal sealed record MeshOutage(FallbackRung Rung, DateTimeOffset Began, DateTimeOffset Ended);
