using Mesh.Client.Model;
using Mesh.Client.Routing;
using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Conditions.Headers;

/// <summary>Path and query together match (<c>:path</c>), as they were sent and as the router reads them.</summary>
internal sealed class TargetTest(HeaderMatch match) : RequestTest
{
    private readonly TextMatcher? _value = match.Value is null ? null : new TextMatcher(match.Value with { IgnoreCase = true });

    public override Truth Test(ref RequestFacts facts)
    {
        if (_value is null)
        {
            return Of((match.Kind is HeaderMatchKind.Present && match.Present) != match.Invert);
        }

        var read = _value.Matches(facts.Path + facts.Query);
        var sent = facts.RawTarget is null ? read : _value.Matches(facts.RawTarget);
        var truth = read == sent ? Of(read) : Truth.Unknown;
        return match.Invert ? Opposite(truth) : truth;
    }
}
