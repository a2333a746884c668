using Mesh.Client.Model;

namespace Mesh.Client.Transport.Tls;

/// <summary>A name in a certificate.</summary>
internal readonly record struct SubjectAltName(SubjectAltNameKind Kind, string Value);
