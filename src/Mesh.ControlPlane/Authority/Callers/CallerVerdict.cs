namespace Mesh.ControlPlane.Authority.Callers;

/// <summary>What one way to prove an identity found: a caller, a reason why not, or neither when it was not used.</summary>
/// <param name="Caller">Who it is.</param>
/// <param name="Reason">For the log; the caller never hears it (S30).</param>
internal readonly record struct CallerVerdict(Caller? Caller, string? Reason)
{
    public static CallerVerdict NotUsed => default;

    public static CallerVerdict Refuse(string reason) => new(null, reason);

    public static CallerVerdict Accept(Caller caller) => new(caller, null);
}
