namespace Mesh.Server;

/// <summary>
/// Says who may call an endpoint: a controller, an action, a gRPC service or method, or the handler of a minimal API. It is checked on the endpoint
/// that the router chose, so that no spelling of a path gets around it, after the policies of the control plane and in addition to them.
/// </summary>
/// <remarks>
/// <para>
/// Kinds are all required, values of one kind are alternatives: <c>[MeshPolicy(Namespaces = ["shop"], RequestPrincipals = ["*"])]</c> wants a caller of
/// namespace <c>shop</c> with a verified token. Several policies on one endpoint (class and method, group and endpoint) must all hold. One that says nothing
/// wants any caller with a verified identity.
/// </para>
/// <para>
/// Values are compared with case; <c>x*</c>, <c>*x</c> and <c>*</c> are a prefix, a suffix and any value, as in Istio's AuthorizationPolicy.
/// A caller without identity meets no condition on one. Others are answered 403 (gRPC: PERMISSION_DENIED).
/// </para>
/// <para>An endpoint that has one throws <see cref="InvalidOperationException"/> when <c>UseMesh()</c> did not check it, instead of being open.</para>
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method | AttributeTargets.Delegate, AllowMultiple = true)]
public sealed class MeshPolicyAttribute : Attribute
{
    /// <summary>Peers by principal, such as <c>cluster.local/ns/shop/sa/cart</c> (without <c>spiffe://</c>). Default: not asked.</summary>
    public string[] Principals { get; init; } = [];

    /// <summary>Peers by namespace. Default: not asked.</summary>
    public string[] Namespaces { get; init; } = [];

    /// <summary>Peers by service account: <c>namespace/account</c>, or <c>account</c> in the namespace of this process; no wildcards. Default: not asked.</summary>
    public string[] ServiceAccounts { get; init; } = [];

    /// <summary>Verified tokens by <c>issuer/subject</c>. Default: not asked.</summary>
    public string[] RequestPrincipals { get; init; } = [];

    /// <summary>
    /// Claims of the verified token, each <c>name=value</c>; a nested claim is <c>outer.inner=value</c>, and of a list one item must match.
    /// Other than the kinds, each claim that is named must hold; several values of one name are alternatives. Default: not asked.
    /// </summary>
    public string[] Claims { get; init; } = [];

    /// <summary>Whether the caller must have proved an identity by mutual TLS, whichever it is. Default: false, unless the policy says nothing else.</summary>
    public bool RequireMutualTls { get; init; }
}
