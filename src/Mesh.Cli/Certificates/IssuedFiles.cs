using System.Security.Cryptography.X509Certificates;

namespace Mesh.Cli.Certificates;

/// <summary>A certificate, as it goes to files.</summary>
/// <param name="Leaf">With its key.</param>
/// <param name="Chain">The leaf and what is between it and the root, in PEM.</param>
/// <param name="Key">In PEM.</param>
/// <param name="Roots">In PEM.</param>
internal sealed record IssuedFiles(X509Certificate2 Leaf, string Chain, string Key, string Roots);
