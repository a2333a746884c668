namespace Mesh.Protocol.Spiffe;

/// <summary>A name in a certificate.</summary>
internal readonly record struct SubjectAltName(SubjectAltNameKind Kind, string Value);
