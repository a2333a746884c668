using System.Collections.Immutable;
using Mesh.Client.Propagation;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Server.Propagation;

/// <summary>Remembers which headers of a request every call made on its behalf carries on.</summary>
internal sealed class HeaderCapture
{
    private readonly ImmutableArray<string> _names;

    /// <param name="names">Header names; repeated ones count once.</param>
    public HeaderCapture(IEnumerable<string> names)
    {
        _names = [.. names.Select(static name => name.ToLowerInvariant()).Distinct(StringComparer.Ordinal)];
    }

    public RequestDelegate Wrap(RequestDelegate next) => context =>
    {
        var captured = Capture(context.Request.Headers);

        // Nothing to say and nothing to hide: the common case costs no state machine.
        return captured is null && PropagatedHeaders.Current is null ? next(context) : RunWithAsync(captured, next, context);
    };

    /// <summary>The headers to carry on; null, without an allocation, when the request has none of them.</summary>
    internal PropagatedHeaders? Capture(IHeaderDictionary headers)
    {
        ImmutableArray<KeyValuePair<string, string>>.Builder? found = null;
        foreach (var name in _names)
        {
            if (headers.TryGetValue(name, out var values) && values.Count > 0)
            {
                (found ??= ImmutableArray.CreateBuilder<KeyValuePair<string, string>>()).Add(new(name, Join(name, values)));
            }
        }

        return found is null ? null : new PropagatedHeaders(found.ToImmutable());
    }

    /// <summary>Sets the ambient value inside an async method, whose end takes it back: it cannot reach the next request of the connection.</summary>
    private static async Task RunWithAsync(PropagatedHeaders? captured, RequestDelegate next, HttpContext context)
    {
        PropagatedHeaders.Current = captured;
        await next(context);
    }

    // Several lines of a list header are one list (RFC 9110 5.3); cookies are the exception (RFC 9113 8.2.3).
    private static string Join(string name, StringValues values) =>
        values.Count == 1 ? values[0] ?? "" : string.Join(name == "cookie" ? "; " : ",", values.ToArray());
}
