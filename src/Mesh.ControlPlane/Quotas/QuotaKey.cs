namespace Mesh.ControlPlane.Quotas;

/// <summary>Names a bucket.</summary>
/// <param name="Limit">NAMESPACE/NAME/RULE.</param>
/// <param name="Values">Of what is counted apart, joined.</param>
internal readonly record struct QuotaKey(string Limit, string Values);
