using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Conditions;

/// <summary>The peer has a service account.</summary>
internal sealed class ServiceAccountTest : RequestTest
{
    private readonly string _namespace;
    private readonly string _account;

    /// <param name="account"><c>namespace/account</c> or <c>account</c>.</param>
    /// <param name="ownNamespace">When the account is written without one.</param>
    public ServiceAccountTest(string account, string ownNamespace)
    {
        var slash = account.IndexOf('/', StringComparison.Ordinal);
        (_namespace, _account) = slash < 0 ? (ownNamespace, account) : (account[..slash], account[(slash + 1)..]);
    }

    public override Truth Test(ref RequestFacts facts) => Of(facts.Peer is { } peer && peer.Namespace == _namespace && peer.ServiceAccount == _account);
}
