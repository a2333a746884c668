namespace Mesh.ControlPlane.Serving.Taps;

/// <summary>How much may be looked at.</summary>
internal sealed record TapLimits
{
    /// <summary>Nobody looks for longer; whoever needs more asks again, and is on record again.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Open at the same time.</summary>
    public int Sessions { get; init; } = 10;

    /// <summary>Processes that follow orders.</summary>
    public int Clients { get; init; } = 10_000;

    /// <summary>Processes that one session looks at.</summary>
    public int ClientsPerSession { get; init; } = 500;

    /// <summary>Requests a second of one session, over all processes.</summary>
    public int MaxPerSecond { get; init; } = 1_000;

    /// <summary>Requests that wait for a slow reader; one more is left out and counted.</summary>
    public int Waiting { get; init; } = 1_000;

    /// <summary>And bytes of them as they were sent: a process may tell anything.</summary>
    public long WaitingSize { get; init; } = 2 * 1024 * 1024;

    /// <summary>Bytes of one message of a process.</summary>
    public int MessageSize { get; init; } = 512 * 1024;

    /// <summary>Messages of one process.</summary>
    public int MessagesPerSecond { get; init; } = 200;
}
