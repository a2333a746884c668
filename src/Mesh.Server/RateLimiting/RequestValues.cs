using System.Collections.Immutable;
using System.Text.Json;
using Mesh.Client.Model;
using Mesh.Server.Authentication;
using Mesh.Server.Rules;
using Mesh.Server.Transport;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.RateLimiting;

/// <summary>Reads of a request what limits count apart.</summary>
internal static class RequestValues
{
    /// <summary>Values longer than that are counted by their beginning: a caller must not fill the memory.</summary>
    private const int MaxLength = 256;

    private const char Separator = '\u001f';

    /// <summary>All of them as one text; null when the request lacks one.</summary>
    public static string? Join(HttpContext context, ImmutableArray<CountedValue> counted)
    {
        switch (counted.Length)
        {
            case 0:
                return "";
            case 1:
                return Read(context, counted[0]);
        }

        var values = new string[counted.Length];
        for (var index = 0; index < values.Length; index++)
        {
            if (Read(context, counted[index]) is not { } value)
            {
                return null;
            }

            values[index] = value;
        }

        return string.Join(Separator, values);
    }

    private static string? Read(HttpContext context, CountedValue counted)
    {
        var value = counted.Kind switch
        {
            CountedValueKind.Header => context.Request.Headers[counted.Name] is { Count: > 0 } values ? values.ToString() : null,
            CountedValueKind.QueryParameter => context.Request.Query[counted.Name] is { Count: > 0 } values ? values.ToString() : null,
            CountedValueKind.Principal => context.Features.Get<PeerConnection>()?.Peer?.ToString(),
            CountedValueKind.RequestPrincipal => context.Features.Get<RequestToken>()?.Principal,
            CountedValueKind.Claim => Claim(context.Features.Get<RequestToken>(), counted.Name),
            CountedValueKind.RemoteAddress => context.Connection.RemoteIpAddress?.ToString(),
            CountedValueKind.Consumer => context.Features.Get<RequestConsumer>()?.Consumer?.Name,
            _ => ConditionMatcher.RouteOf(context),
        };
        return value is { Length: > MaxLength } ? value[..MaxLength] : value;
    }

    private static string? Claim(RequestToken? token, string name) =>
        token is not null && ClaimPath.Find(token.Claims, name) is { } claim
            ? claim.ValueKind is JsonValueKind.String ? claim.GetString() : claim.GetRawText()
            : null;
}
