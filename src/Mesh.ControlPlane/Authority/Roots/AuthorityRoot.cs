using System.Security.Cryptography.X509Certificates;
using Mesh.ControlPlane.Authority.Signing;

namespace Mesh.ControlPlane.Authority.Roots;

/// <summary>A root of the bundle.</summary>
/// <param name="Name">In records and file names; never given twice.</param>
/// <param name="Certificate">Self-signed.</param>
/// <param name="Key">Null when the root was plugged in: it then issues by the intermediate that came with it.</param>
/// <param name="AddedAt">When it joined the bundle.</param>
internal sealed record AuthorityRoot(string Name, X509Certificate2 Certificate, SigningKey? Key, DateTimeOffset AddedAt);
