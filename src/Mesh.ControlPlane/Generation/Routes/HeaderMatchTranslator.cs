using Mesh.Config.Istio.Networking;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Route;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Turns a condition on a header into the form that the kind of client reads.</summary>
internal static class HeaderMatchTranslator
{
    public static HeaderMatcher Translate(string name, StringMatch value, ClientKind kind)
    {
        var result = new HeaderMatcher { Name = name };
        if (StringMatchTranslator.IsPresence(value))
        {
            result.PresentMatch = true;
        }
        else if (kind == ClientKind.ProxylessGrpc)
        {
            SetOldForm(result, value);
        }
        else
        {
            result.StringMatch = StringMatchTranslator.Translate(value);
        }

        return result;
    }

    /// <summary>The condition of <c>withoutHeaders</c>: a request without the header fulfils it too.</summary>
    public static HeaderMatcher TranslateWithout(string name, StringMatch value, ClientKind kind)
    {
        var result = Translate(name, value, kind);

        // As istiod: without it Envoy's older versions and gRPC do not match a request that lacks the header. The presence form needs none.
        result.TreatMissingHeaderAsEmpty = result.HeaderMatchSpecifierCase != HeaderMatcher.HeaderMatchSpecifierOneofCase.PresentMatch;
        result.InvertMatch = true;
        return result;
    }

#pragma warning disable CS0612 // gRPC C-core before 1.52 refuses string_match and reads only the deprecated forms.
    private static void SetOldForm(HeaderMatcher result, StringMatch value)
    {
        switch (value.MatchTypeCase)
        {
            case StringMatch.MatchTypeOneofCase.Prefix:
                result.PrefixMatch = value.Prefix;
                break;
            case StringMatch.MatchTypeOneofCase.Regex:
                result.SafeRegexMatch = new RegexMatcher { Regex = value.Regex };
                break;
            default:
                result.ExactMatch = value.Exact;
                break;
        }
    }
#pragma warning restore CS0612
}
