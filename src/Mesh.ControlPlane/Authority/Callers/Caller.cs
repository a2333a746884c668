using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Authority.Callers;

/// <summary>Who calls, as was proved.</summary>
/// <param name="Id">Names a namespace and a service account of our trust domain.</param>
/// <param name="Kind">What proved it.</param>
/// <param name="ExpiresAt">When the proof is worth nothing any more.</param>
internal sealed record Caller(SpiffeId Id, CallerKind Kind, DateTimeOffset ExpiresAt)
{
    /// <summary>The token that was shown.</summary>
    public string? TokenId { get; init; }

    /// <summary>The serial of the certificate that was shown.</summary>
    public string? Serial { get; init; }

    /// <summary>The machine that the caller runs on, if the proof says so.</summary>
    public string? Node { get; init; }

    /// <summary>For logs and records.</summary>
    public override string ToString() => Kind switch
    {
        CallerKind.Token => $"token {TokenId} of {Id}",
        CallerKind.Certificate => $"certificate {Serial} of {Id}",
        _ => $"service-account token of {Id}",
    };
}
