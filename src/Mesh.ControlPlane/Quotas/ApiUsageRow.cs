namespace Mesh.ControlPlane.Quotas;

/// <summary>What a consumer took of a version of an API on one day (UTC).</summary>
internal sealed record ApiUsageRow(ApiUsageKey Key, DateOnly Day, ApiUsageCount Count);
