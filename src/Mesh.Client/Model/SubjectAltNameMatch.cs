using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Model;

/// <summary>A condition on a name in a certificate.</summary>
/// <param name="Kind">Which kind of name; null means DNS, URI, email and IP address alike.</param>
/// <param name="Match">On the text of the name.</param>
internal sealed record SubjectAltNameMatch(SubjectAltNameKind? Kind, StringMatch Match);
