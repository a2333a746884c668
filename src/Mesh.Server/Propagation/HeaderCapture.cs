using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Client.Pipeline;
using Mesh.Client.Propagation;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Server.Propagation;

/// <summary>Remembers which headers of a request every call made on its behalf carries on.</summary>
internal sealed class HeaderCapture
{
    private readonly ImmutableArray<string> _names;

    /// <summary>What concerns one hop only: the next one is told anew by the outbound side, or by HTTP itself.</summary>
    private static readonly FrozenSet<string> OneHop = FrozenSet.Create(
        StringComparer.Ordinal,
        DeadlineHeaders.ExpectedTimeout, DeadlineHeaders.GrpcTimeout, RetryOwnership.ExhaustedHeader, "x-envoy-attempt-count",
        "host", "connection", "content-length", "content-type", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade");

    /// <param name="names">Header names; repeated ones count once, those that concern one hop not at all.</param>
    public HeaderCapture(IEnumerable<string> names)
    {
        _names = [.. names.Select(static name => name.ToLowerInvariant()).Distinct(StringComparer.Ordinal).Where(static name => !OneHop.Contains(name))];
    }

    /// <summary>The headers to carry on; empty, without an allocation, when the request has none of them.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Capture(IHeaderDictionary headers)
    {
        ImmutableArray<KeyValuePair<string, string>>.Builder? found = null;
        foreach (var name in _names)
        {
            if (headers.TryGetValue(name, out var values) && values.Count > 0)
            {
                (found ??= ImmutableArray.CreateBuilder<KeyValuePair<string, string>>()).Add(new(name, Join(name, values)));
            }
        }

        return found?.ToImmutable() ?? [];
    }

    // Several lines of a list header are one list (RFC 9110 5.3); cookies are the exception (RFC 9113 8.2.3).
    private static string Join(string name, StringValues values) =>
        values.Count == 1 ? values[0] ?? "" : string.Join(name == "cookie" ? "; " : ",", values.ToArray());
}
