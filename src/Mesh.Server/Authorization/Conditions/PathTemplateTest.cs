using Mesh.Client.Model.Authorization;
using Mesh.Server.Authorization.Engine;
using Mesh.Server.Authorization.Paths;

namespace Mesh.Server.Authorization.Conditions;

/// <summary>The path fits a template, as the router and, for rules that refuse, as anyone would read it.</summary>
internal sealed class PathTemplateTest(PathTemplate template) : RequestTest
{
    private readonly PathTemplateMatcher _matcher = new(template);

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
