using Mesh.Client.Model.Apis;
using Mesh.Server.Rules;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Apis.Keys;

/// <summary>Finds the key of a request, and takes it off, so that services never see it.</summary>
internal static class PresentedKey
{
    private const int LongestKey = 4_096;

    /// <summary>The first that there is; null for none.</summary>
    public static string? Find(HttpRequest request, ApiAccessRule rule)
    {
        foreach (var place in rule.Places)
        {
            if (Read(request, place) is { Length: > 0 } key)
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>Takes every place of a key off the request, used or not: of the others a caller may think they are used, too.</summary>
    public static void Remove(HttpContext context, ApiAccessRule rule)
    {
        foreach (var place in rule.Places)
        {
            switch (place.Kind)
            {
                case ApiKeyPlaceKind.Header:
                    context.Request.Headers.Remove(place.Name);
                    break;
                case ApiKeyPlaceKind.Authorization when Read(context.Request, place) is not null:
                    context.Request.Headers.Remove("Authorization");
                    break;
                case ApiKeyPlaceKind.QueryParameter:
                    RequestQuery.Remove(context, place.Name);
                    break;
            }
        }
    }

    // One that is given twice is none: those behind might take the other one.
    private static string? Read(HttpRequest request, ApiKeyPlace place)
    {
        var values = place.Kind switch
        {
            ApiKeyPlaceKind.Header => request.Headers[place.Name],
            ApiKeyPlaceKind.QueryParameter => request.Query[place.Name],
            _ => request.Headers.Authorization,
        };
        if (values is not [{ Length: > 0 and <= LongestKey } value])
        {
            return null;
        }

        return place.Kind is not ApiKeyPlaceKind.Authorization ? value
            : value.Length > place.Name.Length && value[place.Name.Length] == ' ' && value.StartsWith(place.Name, StringComparison.OrdinalIgnoreCase) ? value[(place.Name.Length + 1)..].Trim()
            : null;
    }
}
