namespace Mesh.Client.Model;

/// <summary>What one health check sends, and which answer is good.</summary>
internal abstract record HealthProbe;
