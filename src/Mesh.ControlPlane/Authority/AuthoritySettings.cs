using System.Collections.Immutable;
using System.Net;

namespace Mesh.ControlPlane.Authority;

/// <summary>What a certificate authority is told at start.</summary>
internal sealed record AuthoritySettings
{
    /// <summary>Of every identity that it issues.</summary>
    public string TrustDomain { get; init; } = "cluster.local";

    /// <summary>A folder with Istio's plugged-in files; null for an authority of our own.</summary>
    public string? PluggedFolder { get; init; }

    public AuthorityKeyAlgorithm KeyAlgorithm { get; init; } = AuthorityKeyAlgorithm.EcdsaP256;

    /// <summary>Of a leaf whose request names none (Istio: SECRET_TTL).</summary>
    public TimeSpan DefaultLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Longer requests get this.</summary>
    public TimeSpan MaxLifetime { get; init; } = TimeSpan.FromHours(24);

    public TimeSpan RootLifetime { get; init; } = TimeSpan.FromDays(3650);

    /// <summary>An intermediate is replaced at half of it.</summary>
    public TimeSpan IntermediateLifetime { get; init; } = TimeSpan.FromDays(365);

    /// <summary>How many unexpired certificates are remembered.</summary>
    public int IndexLimit { get; init; } = 100_000;

    /// <summary>The size at which the issuance log is set aside and a new one begun.</summary>
    public long LogLimit { get; init; } = 16 * 1024 * 1024;

    /// <summary>Files with the roots of other trust domains.</summary>
    public ImmutableSortedDictionary<string, string> FederatedBundles { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Names that the control plane's own servers are reached by.</summary>
    public ImmutableArray<string> ServerNames { get; init; } = ["localhost", "istiod.istio-system.svc", "istiod.istio-system"];

    /// <summary>Addresses that the control plane's own servers are reached at.</summary>
    public ImmutableArray<IPAddress> ServerAddresses { get; init; } = [IPAddress.Loopback, IPAddress.IPv6Loopback];
}
