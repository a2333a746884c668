using Google.Protobuf.Collections;
using Mesh.Config.Istio.Networking;
using MatchType = Mesh.Config.Istio.Networking.StringMatch.MatchTypeOneofCase;

namespace Mesh.ControlPlane.Generation.Delegation;

/// <summary>Joins the alternatives of a root's match with those of its delegate's: a request has to fulfil both.</summary>
internal static class MatchMerge
{
    /// <summary>Null when an alternative of the delegate fits into none of the root's.</summary>
    public static IReadOnlyList<HTTPMatchRequest>? Merge(IReadOnlyList<HTTPMatchRequest> root, IReadOnlyList<HTTPMatchRequest> own)
    {
        if (root.Count == 0 || own.Count == 0)
        {
            return root.Count == 0 ? own : root;
        }

        var result = new List<HTTPMatchRequest>();
        foreach (var match in own)
        {
            var before = result.Count;
            result.AddRange(root.Where(outer => !Conflict(outer, match)).Select(outer => Join(outer, match)));
            if (result.Count == before)
            {
                return null;
            }
        }

        return result;
    }

    private static HTTPMatchRequest Join(HTTPMatchRequest root, HTTPMatchRequest own)
    {
        var result = own.Clone();
        result.Name = RuleMerge.Join(root.Name, own.Name);
        result.Uri ??= root.Uri;
        result.Scheme ??= root.Scheme;
        result.Method ??= root.Method;
        result.Authority ??= root.Authority;
        Complete(result.Headers, root.Headers);
        Complete(result.WithoutHeaders, root.WithoutHeaders);
        Complete(result.QueryParams, root.QueryParams);
        Complete(result.SourceLabels, root.SourceLabels);
        result.Port = own.Port != 0 ? own.Port : root.Port;
        result.SourceNamespace = own.SourceNamespace.Length > 0 ? own.SourceNamespace : root.SourceNamespace;
        result.StatPrefix = own.StatPrefix.Length > 0 ? own.StatPrefix : root.StatPrefix;
        if (own.Gateways.Count == 0)
        {
            result.Gateways.AddRange(root.Gateways);
        }

        return result;
    }

    private static void Complete<TValue>(MapField<string, TValue> own, MapField<string, TValue> root)
    {
        foreach (var (key, value) in root)
        {
            own.TryAdd(key, value);
        }
    }

    private static bool Conflict(HTTPMatchRequest root, HTTPMatchRequest own) =>
        Conflict(root.Uri, own.Uri)
        || Conflict(root.Scheme, own.Scheme)
        || Conflict(root.Method, own.Method)
        || Conflict(root.Authority, own.Authority)
        || Conflict(root.Headers, own.Headers)
        || Conflict(root.WithoutHeaders, own.WithoutHeaders)
        || Conflict(root.QueryParams, own.QueryParams)
        || root.IgnoreUriCase != own.IgnoreUriCase
        || (root.Port > 0 && own.Port > 0 && root.Port != own.Port)
        || (root.SourceNamespace.Length > 0 && own.SourceNamespace != root.SourceNamespace)
        || own.SourceLabels.Any(label => root.SourceLabels.TryGetValue(label.Key, out var value) && value != label.Value)
        || (root.Gateways.Count > 0 && own.Gateways.Any(gateway => !root.Gateways.Contains(gateway)));

    private static bool Conflict(MapField<string, StringMatch> root, MapField<string, StringMatch> own) =>
        own.Any(entry => root.TryGetValue(entry.Key, out var outer) && Conflict(outer, entry.Value));

    /// <summary>Whether the delegate's condition is not certainly within the root's (Istio: regular expressions cannot be compared).</summary>
    private static bool Conflict(StringMatch? root, StringMatch? own)
    {
        if (root is null || own is null)
        {
            return false;
        }

        return (root.MatchTypeCase, own.MatchTypeCase) switch
        {
            (MatchType.Exact, MatchType.Exact) => root.Exact != own.Exact,
            (MatchType.Prefix, MatchType.Exact) => !own.Exact.StartsWith(root.Prefix, StringComparison.Ordinal),
            (MatchType.Prefix, MatchType.Prefix) => !own.Prefix.StartsWith(root.Prefix, StringComparison.Ordinal),
            _ => true,
        };
    }
}
