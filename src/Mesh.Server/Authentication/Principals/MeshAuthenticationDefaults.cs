namespace Mesh.Server;

/// <summary>Names of the authentication scheme that knows who the mesh has verified.</summary>
public static class MeshAuthenticationDefaults
{
    /// <summary>The scheme's name: <c>AddAuthentication(MeshAuthenticationDefaults.Scheme).AddMesh()</c>.</summary>
    public const string Scheme = "Mesh";

    /// <summary>Claim with the SPIFFE id of the workload at the other end of the connection, when <see cref="MeshAuthenticationOptions.IncludePeer"/> asks for it.</summary>
    public const string PeerClaimType = "spiffe_id";
}
