using System.Collections.Immutable;

namespace Mesh.ControlPlane.Authority;

/// <summary>An answer to a signing request.</summary>
/// <param name="Chain">In PEM: the leaf, the authorities above it, the root last.</param>
/// <param name="Serial">Of the leaf, in hexadecimal.</param>
/// <param name="NotAfter">The leaf's end.</param>
internal sealed record IssuedCertificate(ImmutableArray<string> Chain, string Serial, DateTimeOffset NotAfter);
