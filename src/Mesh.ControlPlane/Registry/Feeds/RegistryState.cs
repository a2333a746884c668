namespace Mesh.ControlPlane.Registry.Feeds;

/// <summary>How a registry stands.</summary>
/// <param name="Freshness">Whether it answers.</param>
/// <param name="Since">When that began.</param>
/// <param name="Error">Why it does not answer, or did not the last time; null when nothing failed yet.</param>
internal sealed record RegistryState(Freshness Freshness, DateTimeOffset Since, string? Error);
