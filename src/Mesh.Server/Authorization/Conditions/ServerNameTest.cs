using Mesh.Client.Model;
using Mesh.Client.Routing;
using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Conditions;

/// <summary>The server name that the TLS client asked for matches; names have no case.</summary>
internal sealed class ServerNameTest(StringMatch name) : RequestTest
{
    private readonly TextMatcher _matcher = new(name with { IgnoreCase = true });

    public override Truth Test(ref RequestFacts facts) => Of(facts.ServerName is { } asked && _matcher.Matches(asked));
}
