using Mesh.Config.Istio.Networking;
using Mesh.Protocol.Envoy.Matcher;

namespace Mesh.ControlPlane.Generation.Routes.Matching;

/// <summary>Turns <c>@request.auth.claims</c> among the header conditions into what it means: a condition on the verified token, which no header can fulfil.</summary>
internal static class ClaimMatchTranslator
{
    private const string Prefix = "@request.auth.claims";
    private const string Filter = "envoy.filters.http.jwt_authn";
    private const string Payload = "payload";

    /// <summary>Whether a name among the headers is a claim; its prefix has no case (Istio).</summary>
    public static bool IsClaim(string name) => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>The condition; null when the name is one of a header.</summary>
    public static MetadataMatcher? Translate(string name, StringMatch value, bool invert)
    {
        if (!IsClaim(name))
        {
            return null;
        }

        var matcher = new MetadataMatcher { Filter = Filter, Invert = invert, Value = Value(value) };
        foreach (var key in Path(name[Prefix.Length..]).Prepend(Payload))
        {
            matcher.Path.Add(new MetadataMatcher.Types.PathSegment { Key = key });
        }

        return matcher;
    }

    /// <summary><c>.a.b</c> or <c>[a][b]</c>, whose names may have dots.</summary>
    private static string[] Path(string rest) => rest is ['[', .., ']'] ? rest[1..^1].Split("][") : rest.TrimStart('.').Split('.');

    /// <summary>The claim is the text, or a list with it (istiod).</summary>
    private static ValueMatcher Value(StringMatch value)
    {
        if (StringMatchTranslator.IsPresence(value))
        {
            return new ValueMatcher { PresentMatch = true };
        }

        var text = new ValueMatcher { StringMatch = StringMatchTranslator.Translate(value) };
        return new ValueMatcher
        {
            OrMatch = new OrMatcher { ValueMatchers = { text, new ValueMatcher { ListMatch = new ListMatcher { OneOf = text.Clone() } } } },
        };
    }
}
