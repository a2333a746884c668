namespace Mesh.Server.Transport;

/// <summary>The time and the chance that the transport goes by.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Random">For jitter; may be used by several threads.</param>
internal sealed record TransportClock(TimeProvider Time, Random Random);
