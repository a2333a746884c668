using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Envoy.Type;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Quotas;

/// <summary>What one process may let through.</summary>
internal readonly record struct QuotaShare(double PerSecond, TimeSpan Period)
{
    /// <summary>Fills come about so often, where the share is not smaller than that.</summary>
    private const double FillSeconds = 0.1;

    public TokenBucket ToTokenBucket()
    {
        var perFill = Math.Max(1, Math.Floor(PerSecond * FillSeconds));
        return new TokenBucket
        {
            MaxTokens = (uint)Math.Max(perFill, Math.Ceiling(PerSecond * Period.TotalSeconds * QuotaBuckets.Burst)),
            TokensPerFill = (uint)perFill,
            FillInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(perFill / Math.Max(PerSecond, 1e-6))),
        };
    }
}
