using Google.Protobuf.Collections;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Validation.VirtualServices;

/// <summary>A match on the beginning of the path, and where it stands.</summary>
internal sealed record PrefixMatch(int Rule, int Position, string RuleName, string Name, HTTPMatchRequest Match)
{
    private const string AnyMethod = "exact=GET";

    public string Prefix => Match.Uri.Prefix;

    /// <summary>Whether requests that a later match with a longer prefix is for are taken by this one. Istio compares what has a beginning: method, authority, headers and parameters.</summary>
    public bool Covers(PrefixMatch later) =>
        Match.Port == later.Match.Port
        && Begins(Method(Match), Method(later.Match))
        && Begins(TextOf(Match.Authority), TextOf(later.Match.Authority))
        && Begin(Match.Headers, later.Match.Headers)
        && Begin(Match.QueryParams, later.Match.QueryParams)
        && Begin(Match.WithoutHeaders, later.Match.WithoutHeaders);

    private static bool Begins(string own, string later) => own.StartsWith(later, StringComparison.Ordinal);

    private static bool Begin(MapField<string, StringMatch> own, MapField<string, StringMatch> later) =>
        own.Count == later.Count && own.All(entry => later.TryGetValue(entry.Key, out var other) && Begins(TextOf(entry.Value), TextOf(other)));

    /// <summary>Without a method it is GET that Istio compares.</summary>
    private static string Method(HTTPMatchRequest match) => TextOf(match.Method) is { Length: > 0 } method ? method : AnyMethod;

    private static string TextOf(StringMatch? match) => match?.MatchTypeCase switch
    {
        StringMatch.MatchTypeOneofCase.Exact when match.Exact.Length > 0 => $"exact={match.Exact}",
        StringMatch.MatchTypeOneofCase.Prefix when match.Prefix.Length > 0 => $"prefix={match.Prefix}",
        _ => "",
    };
}
