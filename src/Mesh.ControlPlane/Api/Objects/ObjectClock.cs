namespace Mesh.ControlPlane.Api.Objects;

/// <summary>What the world gives the API: time, chance, and its end.</summary>
internal sealed record ObjectClock(TimeProvider Time, Random Random, CancellationToken Stopping);
