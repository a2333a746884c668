using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.Server.Rules;

/// <summary>Conditions on received requests, compiled: one of them has to hold, or there is none.</summary>
internal sealed class ConditionMatcher(ImmutableArray<RequestCondition> conditions)
{
    private readonly Compiled[] _conditions = [.. conditions.Select(static condition => new Compiled(condition))];

    public bool Matches(HttpContext context)
    {
        foreach (var condition in _conditions)
        {
            if (condition.Matches(context))
            {
                return true;
            }
        }

        return _conditions.Length == 0;
    }

    /// <summary>The template of the endpoint that routing has chosen; null without one.</summary>
    public static string? RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;

    private sealed class Compiled(RequestCondition condition)
    {
        private readonly TextMatcher? _path = condition.Path is { } path ? new TextMatcher(path) : null;
        private readonly ImmutableArray<HeaderMatcher> _headers = [.. condition.Headers.Select(static header => new HeaderMatcher(header))];

        public bool Matches(HttpContext context)
        {
            var request = context.Request;
            return (condition.Methods.IsEmpty || condition.Methods.Contains(request.Method))
                && (_path is null || _path.Matches(request.PathBase.HasValue ? request.PathBase.Add(request.Path).Value : request.Path.Value ?? ""))
                && (condition.Route is null || string.Equals(RouteOf(context)?.TrimStart('/'), condition.Route.TrimStart('/'), StringComparison.OrdinalIgnoreCase))
                && (condition.Hosts.IsEmpty || HostMatches(request.Host.Host))
                && (condition.Plans.IsEmpty || (context.Features.Get<RequestConsumer>()?.Consumer is { } consumer && condition.Plans.Contains(consumer.Plan)))
                && HeadersMatch(request.Headers);
        }

        private bool HostMatches(string host)
        {
            foreach (var wanted in condition.Hosts)
            {
                if (wanted is ['*', ..] ? host.EndsWith(wanted.AsSpan(1), StringComparison.OrdinalIgnoreCase) && host.Length >= wanted.Length : host.Equals(wanted, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }

            return false;
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
