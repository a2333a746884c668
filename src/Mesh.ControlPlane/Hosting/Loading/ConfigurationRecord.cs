namespace Mesh.ControlPlane.Hosting.Loading;

/// <summary>How much configuration a control plane had, as its state keeps it.</summary>
/// <param name="Version">Of this form.</param>
/// <param name="Place">Of the store: another store is another matter.</param>
/// <param name="Resources">How many there were.</param>
/// <param name="At">When.</param>
internal sealed record ConfigurationRecord(int Version, string Place, int Resources, DateTimeOffset At);
