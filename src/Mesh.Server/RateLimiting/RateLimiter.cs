using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Routing;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.RateLimiting;

/// <summary>One limit ready for requests: which it counts, and in which bucket.</summary>
internal sealed class RateLimiter
{
    private readonly CompiledMatch[] _matches;

    public RateLimiter(RateLimitPolicy policy, TimeProvider time)
    {
        Policy = policy;
        _matches = [.. policy.Matches.Select(match => new CompiledMatch(match))];
        Buckets = new LimitBuckets(policy, time);
        ShortName = policy.Name[(policy.Name.LastIndexOf('/') + 1)..];
    }

    public RateLimitPolicy Policy { get; }

    public LimitBuckets Buckets { get; }

    /// <summary>Of the rule alone: what callers are told.</summary>
    public string ShortName { get; }

    /// <summary>The bucket of a request; null when it is none of this limit's.</summary>
    public CountedBucket? Find(HttpContext context) =>
        (_matches.Length == 0 || Array.Exists(_matches, match => match.Matches(context))) && RequestValues.Join(context, Policy.CountedValues) is { } values
            ? Buckets.Get(values)
            : null;

    private sealed class CompiledMatch(RateLimitMatch match)
    {
        private readonly TextMatcher? _path = match.Path is { } path ? new TextMatcher(path) : null;
        private readonly ImmutableArray<HeaderMatcher> _headers = [.. match.Headers.Select(static header => new HeaderMatcher(header))];

        public bool Matches(HttpContext context)
        {
            var request = context.Request;
            return (match.Methods.IsEmpty || match.Methods.Contains(request.Method))
                && (_path is null || _path.Matches(request.PathBase.HasValue ? request.PathBase.Add(request.Path).Value : request.Path.Value ?? ""))
                && (match.Route is null || string.Equals(RequestValues.Route(context)?.TrimStart('/'), match.Route.TrimStart('/'), StringComparison.OrdinalIgnoreCase))
                && HeadersMatch(request.Headers);
        }

        private bool HeadersMatch(IHeaderDictionary headers)
        {
            foreach (var header in _headers)
            {
                var values = headers[header.Name];
                if (!header.Matches(values.Count == 0 ? null : values.ToString()))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
