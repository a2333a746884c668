using Microsoft.AspNetCore.Authentication;

namespace Mesh.Server;

/// <summary>How the token that the mesh has verified becomes the user of a request.</summary>
public sealed class MeshAuthenticationOptions : AuthenticationSchemeOptions
{
    /// <summary>The claim that is the user's name (<c>User.Identity.Name</c>). Default: <c>sub</c>. Any claim of the tokens (RFC 7519 4).</summary>
    public string NameClaimType { get; set; } = "sub";

    /// <summary>The claim that holds roles (<c>[Authorize(Roles = …)]</c>), a text or a list of them. Default: <c>roles</c>.</summary>
    public string RoleClaimType { get; set; } = "roles";

    /// <summary>
    /// Whether the workload at the other end of the connection, proven by mutual TLS, is a claim of type <see cref="MeshAuthenticationDefaults.PeerClaimType"/>.
    /// A request without a token is the peer's own then. Default: false.
    /// </summary>
    public bool IncludePeer { get; set; }
}
