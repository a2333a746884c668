using System.Security.Cryptography.X509Certificates;

namespace Mesh.ControlPlane.Kubernetes.Connection;

/// <summary>What is presented to an API server; both parts may be missing.</summary>
/// <param name="Authorization">The header.</param>
/// <param name="Certificate">For TLS, with its key.</param>
/// <param name="ExpiresAt">When it must have been renewed; null for never.</param>
internal sealed record Credential(string? Authorization, X509Certificate2? Certificate, DateTimeOffset? ExpiresAt);
