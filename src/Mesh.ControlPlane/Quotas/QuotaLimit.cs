namespace Mesh.ControlPlane.Quotas;

/// <summary>What all processes together may take.</summary>
/// <param name="Namespace">Of the resource that says so.</param>
/// <param name="Requests">Within the period.</param>
/// <param name="Period">The period.</param>
internal sealed record QuotaLimit(string Namespace, uint Requests, TimeSpan Period)
{
    public double PerSecond => Requests / Period.TotalSeconds;
}
