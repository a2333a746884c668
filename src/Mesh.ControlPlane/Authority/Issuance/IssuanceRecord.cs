namespace Mesh.ControlPlane.Authority.Issuance;

/// <summary>One line of the issuance log.</summary>
/// <param name="Serial">In hexadecimal.</param>
/// <param name="Identity">The SPIFFE id that it proves.</param>
/// <param name="Workload">What the holder calls itself; empty when it did not say.</param>
/// <param name="Root">The root it ends in.</param>
/// <param name="Issuer">Who signed it.</param>
/// <param name="At">When.</param>
/// <param name="NotAfter">Its end.</param>
/// <param name="Caller">How the caller was authenticated, and as whom.</param>
/// <param name="Replaces">The certificate that the caller showed.</param>
internal sealed record IssuanceRecord(
    string Serial,
    string Identity,
    string Workload,
    string Root,
    string Issuer,
    DateTimeOffset At,
    DateTimeOffset NotAfter,
    string Caller,
    string? Replaces)
{
    /// <summary>Carried over from the log before; not issued again.</summary>
    public bool? Carried { get; init; }

    /// <summary>Its holder is known to have a newer one.</summary>
    public bool? Superseded { get; init; }
}
