using Mesh.Client.Model;
using Mesh.Server.Authorization.Engine;
using Mesh.Server.Authorization.Paths;

namespace Mesh.Server.Authorization.Conditions;

/// <summary>The path matches, as the router and, for rules that refuse, as anyone would read it.</summary>
internal sealed class PathTest(StringMatch path) : RequestTest
{
    private readonly RoutedPathMatcher _matcher = new(path);

    public override Truth Test(ref RequestFacts facts)
    {
        var routed = Of(_matcher.Matches(facts.Path));
        foreach (var other in facts.OtherPaths(!facts.Refuses))
        {
            if (Of(_matcher.Matches(other)) != routed)
            {
                return Truth.Unknown;
            }
        }

        return routed;
    }
}
