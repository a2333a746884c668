using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Mesh.Client.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Authentication;

/// <summary>Shows the application what was verified, and takes away the tokens that it is not meant to have.</summary>
internal static class TokenOutput
{
    // Nothing that ends a header, or that a program behind the application could take for another one.
    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 32).Append(127).Select(static code => (char)code)]);

    public static void Write(HttpRequest request, JwtProvider provider, PresentedToken token)
    {
        if (provider.PayloadHeader.Length > 0)
        {
            var payload = token.Content!.PayloadText.ToString();
            Set(request, provider.PayloadHeader, provider.PadsPayload ? payload.PadRight((payload.Length + 3) / 4 * 4, '=') : payload);
        }

        foreach (var header in provider.ClaimHeaders)
        {
            if (ClaimPath.Find(token.Content!.Claims, header.Claim) is { } claim && Text(claim) is { Length: > 0 } text)
            {
                Set(request, header.Header, text);
            }
        }

        if (!provider.ForwardsToken)
        {
            Remove(request, token.Place);
        }
    }

    // The first of several providers that write the same header.
    private static void Set(HttpRequest request, string name, string text)
    {
        if (!text.AsSpan().ContainsAny(Controls))
        {
            request.Headers.TryAdd(name, text);
        }
    }

    /// <summary>Lists and objects are no texts (Istio).</summary>
    private static string? Text(JsonElement claim) => claim.ValueKind switch
    {
        JsonValueKind.String => claim.GetString(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => Number(claim),
        _ => null,
    };

    private static string Number(JsonElement claim) =>
        claim.TryGetDouble(out var number) && number >= 0 && number < ulong.MaxValue && number == Math.Floor(number)
            ? ((ulong)number).ToString(CultureInfo.InvariantCulture)
            : claim.GetRawText();

    /// <summary>A cookie stays: what else is in its header is the application's (Envoy leaves it, too).</summary>
    private static void Remove(HttpRequest request, TokenPlace place)
    {
        switch (place.Kind)
        {
            case TokenPlaceKind.Header:
                request.Headers.Remove(place.Name);
                break;
            case TokenPlaceKind.Parameter:
                RemoveParameter(request, place.Name);
                break;
        }
    }

    private static void RemoveParameter(HttpRequest request, string name)
    {
        var parts = request.QueryString.Value?.TrimStart('?').Split('&') ?? [];
        var rest = string.Join('&', parts.Where(part => !IsNamed(part, name)));
        request.QueryString = rest.Length == 0 ? QueryString.Empty : new QueryString("?" + rest);
        if (request.HttpContext.Features.Get<IHttpRequestFeature>() is { RawTarget: { } target } feature && target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query)
        {
            feature.RawTarget = target[..query] + request.QueryString.Value;
        }
    }

    private static bool IsNamed(string part, string name)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        var written = Uri.UnescapeDataString((equals < 0 ? part : part[..equals]).Replace('+', ' '));
        return written.Equals(name, StringComparison.OrdinalIgnoreCase);
    }
}
