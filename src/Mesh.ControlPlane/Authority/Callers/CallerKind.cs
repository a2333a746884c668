namespace Mesh.ControlPlane.Authority.Callers;

/// <summary>What proved who a caller is.</summary>
internal enum CallerKind
{
    /// <summary>A token of our own store.</summary>
    Token,

    /// <summary>A service-account token that the Kubernetes API server reviewed.</summary>
    Kubernetes,

    /// <summary>A certificate of ours that has not expired.</summary>
    Certificate,
}
