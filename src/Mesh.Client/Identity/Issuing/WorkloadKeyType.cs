namespace Mesh.Client;

/// <summary>What kind of key a process makes for its certificate.</summary>
public enum WorkloadKeyType
{
    /// <summary>ECDSA on curve P-256: the default, and the fastest in handshakes.</summary>
    EcdsaP256,

    /// <summary>ECDSA on curve P-384.</summary>
    EcdsaP384,

    /// <summary>RSA with 2,048 bits, for peers that know nothing else.</summary>
    Rsa2048,
}
