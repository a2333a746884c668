using Mesh.Client.Model;
using Mesh.Client.Routing;
using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Conditions.Headers;

/// <summary>A part of the request that has one value matches: <c>:method</c> or <c>:scheme</c>.</summary>
internal sealed class TextTest : RequestTest
{
    private readonly HeaderMatch _match;
    private readonly TextMatcher? _value;
    private readonly bool _isMethod;

    public TextTest(HeaderMatch match)
    {
        (_match, _isMethod) = (match, match.Name == ":method");

        // Schemes have no case (CVE-2023-35944); methods do.
        _value = match.Value is null ? null : new TextMatcher(_isMethod ? match.Value : match.Value with { IgnoreCase = true });
    }

    public override Truth Test(ref RequestFacts facts) => Of(Holds(_isMethod ? facts.Method : facts.Scheme) != _match.Invert);

    private bool Holds(string text) => _match.Kind switch
    {
        HeaderMatchKind.Present => _match.Present,
        HeaderMatchKind.Range => false,
        _ => _value!.Matches(text),
    };
}
