using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Identity;

/// <summary>Who this process is in the mesh, and whom it believes; asked at every handshake.</summary>
internal interface IWorkloadIdentity
{
    /// <summary>Whether this process has, or is to get, a certificate: then nothing may fall back to plaintext for want of one.</summary>
    bool IsConfigured { get; }

    /// <summary>The certificate to show; null when there is none, or it has expired.</summary>
    WorkloadSvid? Current { get; }

    /// <summary>Why <see cref="Current"/> is null, and what to do; null when it is not.</summary>
    string? Problem { get; }

    /// <summary>Whom to believe; <see cref="TrustBundles.Empty"/> while nothing is known.</summary>
    TrustBundles Bundles { get; }

    /// <summary>The own certificate, a root or a revocation list has changed; handlers must be quick.</summary>
    event Action? Changed;
}
