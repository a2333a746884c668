namespace Mesh.ControlPlane.Generation.Inbound.Authorization;

/// <summary>What decides how the rules of a policy are written.</summary>
internal sealed record RuleScope
{
    /// <summary>Whether a match lets requests pass.</summary>
    public required bool Allows { get; init; }

    /// <summary>No HTTP is spoken at the port: nothing can be asked of requests.</summary>
    public required bool IsTcp { get; init; }

    public required ClientKind Kind { get; init; }

    /// <summary>Of the policy: service accounts without one are meant there.</summary>
    public required string Namespace { get; init; }

    /// <summary>The mesh's own first, then its aliases.</summary>
    public required TrustDomainNames TrustDomains { get; init; }

    /// <summary>Whether paths are route templates of endpoints.</summary>
    public bool PathsAreRoutes { get; init; }

    public bool IsProxylessGrpc => Kind == ClientKind.ProxylessGrpc;
}
