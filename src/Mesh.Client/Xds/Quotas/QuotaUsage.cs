namespace Mesh.Client.Xds.Quotas;

/// <summary>What was asked of one bucket of a quota.</summary>
/// <param name="Limit">NAMESPACE/NAME/RULE.</param>
/// <param name="Values">Of what is counted apart, joined.</param>
/// <param name="Allowed">Requests let through.</param>
/// <param name="Denied">Requests refused.</param>
/// <param name="IsFirst">Whether the bucket has not been reported before.</param>
internal sealed record QuotaUsage(string Limit, string Values, ulong Allowed, ulong Denied, bool IsFirst);
