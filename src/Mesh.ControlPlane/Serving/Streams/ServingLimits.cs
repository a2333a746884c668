using Mesh.ControlPlane.Serving.Sessions;

namespace Mesh.ControlPlane.Serving.Streams;

/// <summary>What clients may take of the server.</summary>
internal sealed record ServingLimits
{
    public SessionLimits Session { get; init; } = new();

    /// <summary>Open streams; one more is refused with UNAVAILABLE, so that the client tries another server.</summary>
    public int Streams { get; init; } = 10_000;

    /// <summary>Streams that may begin in a second; more are sent away with the time to come back.</summary>
    public int StreamStartsPerSecond { get; init; } = 500;

    /// <summary>And so many at once, after a quiet time.</summary>
    public int StreamStartBurst { get; init; } = 1_000;

    /// <summary>Requests read but not taken in yet, a stream.</summary>
    public int PendingRequests { get; init; } = 64;

    /// <summary>And so many bytes of memory.</summary>
    public long PendingSize { get; init; } = 8 * 1024 * 1024;

    public int RequestsPerSecond { get; init; } = 1_000;

    /// <summary>A stream whose response is not taken within this time is dropped.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A stream that has said nothing for this time after it was opened is ended.</summary>
    public TimeSpan FirstRequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Streams for which resources are generated at the same time.</summary>
    public int ConcurrentGenerations { get; init; } = Math.Max(1, Environment.ProcessorCount);
}
