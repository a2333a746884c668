using Mesh.Client.Model;
using Mesh.Client.Routing;
using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Conditions;

/// <summary>The namespace of the peer matches.</summary>
internal sealed class NamespaceTest(StringMatch name) : RequestTest
{
    private readonly TextMatcher _matcher = new(name);

    public override Truth Test(ref RequestFacts facts) => Of(facts.Peer?.Namespace is { } known && _matcher.Matches(known));
}
