using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Authority;

/// <summary>What an authenticated caller asks for.</summary>
/// <param name="Id">Whose certificate it will be: decided by who the caller is, never by the signing request.</param>
/// <param name="SigningRequest">PKCS#10 in PEM; only its public key counts.</param>
/// <param name="Caller">How the caller was authenticated and as whom, for the record.</param>
internal sealed record IssueRequest(SpiffeId Id, string SigningRequest, string Caller)
{
    /// <summary>As asked; null or not above 0 for the default.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>What the holder calls itself; empty when it did not say.</summary>
    public string Workload { get; init; } = "";

    /// <summary>The serial of the certificate that the caller showed.</summary>
    public string? Replaces { get; init; }
}
