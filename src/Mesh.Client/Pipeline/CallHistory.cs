namespace Mesh.Client.Pipeline;

/// <summary>What few calls have to remember of themselves; the others do not pay for it.</summary>
internal sealed class CallHistory
{
    /// <summary>Null when nothing of the route asks for it.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>Whether an injected fault has held the call.</summary>
    public bool IsDelayed { get; set; }
}
