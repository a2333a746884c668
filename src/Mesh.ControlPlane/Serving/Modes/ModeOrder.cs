namespace Mesh.ControlPlane.Serving.Modes;

/// <summary>Somebody took the calls of some processes out of the mesh.</summary>
/// <param name="Namespace">Of the processes; null for those of every namespace.</param>
/// <param name="Target">Which of them, as people name them; null for all.</param>
/// <param name="By">Who.</param>
/// <param name="Since">When.</param>
/// <param name="Reason">Why, as that one says.</param>
internal sealed record ModeOrder(string? Namespace, string? Target, string By, DateTimeOffset Since, string Reason)
{
    /// <summary>For people.</summary>
    public string Scope => (Namespace, Target) switch
    {
        (null, null) => "the whole mesh",
        (null, { } target) => target,
        ({ } ns, null) => $"namespace {ns}",
        ({ } ns, { } target) => $"{target} in {ns}",
    };
}
