namespace Mesh.Config.Stores;

/// <summary>What came of a write.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Resource">As stored; what was removed; or, at a conflict, what is there now (null: nothing).</param>
/// <param name="Version">Of the configuration that has the write in it; 0 when nothing was written.</param>
/// <param name="Message">Why it was refused, and what to do; empty otherwise.</param>
internal sealed record WriteResult(WriteStatus Status, Resource? Resource, long Version = 0, string Message = "")
{
    /// <summary>Why it was refused, for the code of the answer.</summary>
    public WriteRefusal Refusal { get; init; }

    public static WriteResult Refuse(WriteRefusal refusal, string message) => new(WriteStatus.Refused, null, Message: message) { Refusal = refusal };
}
