using Mesh.Client.Model;
using Mesh.Client.Routing;
using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Conditions;

/// <summary>The route template of the chosen endpoint matches; written with or without a slash at the beginning.</summary>
internal sealed class EndpointRouteTest : RequestTest
{
    private readonly TextMatcher _matcher;

    public EndpointRouteTest(StringMatch template)
    {
        var value = template.Kind is StringMatchKind.Exact ? EndpointRouteText.Of(template.Value) : template.Value;
        _matcher = new TextMatcher(template with { Value = value, IgnoreCase = true });
    }

    public override Truth Test(ref RequestFacts facts) => Of(facts.RouteTemplate is { } template && _matcher.Matches(template));
}
