namespace Mesh.ControlPlane;

/// <summary>The keys of a control plane's own certificate authority.</summary>
public enum AuthorityKeyAlgorithm
{
    /// <summary>ECDSA over P-256, signing with SHA-256.</summary>
    EcdsaP256,

    /// <summary>RSA with 3,072 bits, signing with SHA-256 (PKCS#1 v1.5), for peers that know no elliptic curves; issuing costs about 20 times as much.</summary>
    Rsa3072,
}
