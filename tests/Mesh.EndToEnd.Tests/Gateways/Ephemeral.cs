using System.Security.Cryptography.X509Certificates;

namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>A certificate for the length of a test.</summary>
internal sealed record Ephemeral(X509Certificate2 Value) : IDisposable
{
    public void Dispose() => Value.Dispose();
}
