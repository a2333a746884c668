namespace Mesh.ControlPlane.Access.Tokens;

/// <summary>What a token is for.</summary>
internal enum TokenKind
{
    /// <summary>Proves a workload's identity: to get certificates, to open streams.</summary>
    Identity,

    /// <summary>Proves a person or a program to the HTTP API.</summary>
    Api,
}
