using Mesh.Config.Istio.Networking;
using Mesh.Protocol.Envoy.Matcher;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Turns Istio's <c>StringMatch</c> into Envoy's <c>StringMatcher</c>.</summary>
internal static class StringMatchTranslator
{
    /// <summary>Whether only the presence is asked for: nothing is set, or the regular expression is a lone <c>*</c> (Istio).</summary>
    public static bool IsPresence(StringMatch match) =>
        match.MatchTypeCase == StringMatch.MatchTypeOneofCase.None || match is { HasRegex: true, Regex: "*" };

    public static StringMatcher Translate(StringMatch match) => match.MatchTypeCase switch
    {
        StringMatch.MatchTypeOneofCase.Prefix => new StringMatcher { Prefix = match.Prefix },
        StringMatch.MatchTypeOneofCase.Regex => new StringMatcher { SafeRegex = new RegexMatcher { Regex = match.Regex } },
        _ => new StringMatcher { Exact = match.Exact },
    };
}
