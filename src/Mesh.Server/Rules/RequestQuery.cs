using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Rules;

/// <summary>Changes the query of a received request, for the stages behind and for whom it is sent on to; parameters that are not named stay as they were written.</summary>
internal static class RequestQuery
{
    public static void Remove(HttpContext context, string name) => Change(context, parameter => NameOf(parameter) == name ? null : parameter);

    /// <summary>Another name for each parameter of this name.</summary>
    public static void Rename(HttpContext context, string name, string other) =>
        Change(context, parameter => NameOf(parameter) == name ? Uri.EscapeDataString(other) + (parameter.IndexOf('=', StringComparison.Ordinal) is >= 0 and var at ? parameter[at..] : "") : parameter);

    /// <summary>The parameter with this one value.</summary>
    public static void Set(HttpContext context, string name, string value)
    {
        Remove(context, name);
        var query = context.Request.QueryString.Value;
        Put(context, $"{(query is { Length: > 1 } ? query + "&" : "?")}{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}");
    }

    private static void Change(HttpContext context, Func<string, string?> change)
    {
        if (context.Request.QueryString.Value is not { Length: > 1 } query)
        {
            return;
        }

        var parts = query[1..].Split('&');
        var kept = parts.Select(change).Where(static part => part is not null).ToArray();
        if (kept.Length != parts.Length || !kept.SequenceEqual(parts))
        {
            Put(context, kept.Length == 0 ? "" : "?" + string.Join('&', kept));
        }
    }

    private static void Put(HttpContext context, string query)
    {
        context.Request.QueryString = new QueryString(query);
        if (context.Features.Get<IHttpRequestFeature>() is { RawTarget: { Length: > 0 } target } feature)
        {
            var question = target.IndexOf('?', StringComparison.Ordinal);
            feature.RawTarget = (question < 0 ? target : target[..question]) + query;
        }
    }

    private static string NameOf(string parameter)
    {
        var at = parameter.IndexOf('=', StringComparison.Ordinal);
        return Uri.UnescapeDataString((at < 0 ? parameter : parameter[..at]).Replace('+', ' '));
    }
}
