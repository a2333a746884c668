using Mesh.Client.Model;
using Mesh.Client.Routing;
using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Conditions;

/// <summary>The peer's SPIFFE id matches.</summary>
/// <remarks>
/// S56: a peer without one satisfies no condition on it. Asked "is it X" the answer is no; asked "is it another than X", a rule that allows
/// must not take the lack of an identity for another identity, and a rule that refuses must.
/// </remarks>
internal sealed class PrincipalTest(StringMatch? id) : RequestTest
{
    private readonly TextMatcher? _matcher = id is null ? null : new TextMatcher(id);

    public override Truth Test(ref RequestFacts facts) => facts.Peer switch
    {
        null => facts.Refuses ? Truth.False : Truth.Unknown,
        var peer => Of(_matcher is null || _matcher.Matches(peer.Uri)),
    };
}
