using System.Net;
using Mesh.Client.Pipeline.Responses;

namespace Mesh.Client.Pipeline.Redirects;

/// <summary>What a redirect asks for: whether it is followed, where to, and what becomes of the request. The rules are those of <see cref="SocketsHttpHandler"/>.</summary>
internal static class RedirectRules
{
    /// <summary>Whether the status is one that can be followed; the first and mostly only question.</summary>
    public static bool IsRedirect(HttpStatusCode status) => status is
        HttpStatusCode.MultipleChoices or HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>Turns the request into the one that the redirect asks for; false leaves it as it was.</summary>
    public static bool Apply(HttpRequestMessage request, HttpResponseMessage response)
    {
        // A gRPC call that became another one would be no gRPC call: its client sees the status.
        if (!IsRedirect(response.StatusCode)
            || response.Headers.Location is not { } location
            || GrpcRequest.Is(request)
            || FindTarget(request.RequestUri!, location) is not { } target)
        {
            return false;
        }

        if (!IsSameOrigin(request, location, target))
        {
            InternalHeaders.Remove(request.Headers);
        }

        if (location.IsAbsoluteUri)
        {
            // In the mesh the Host header goes before the URI, and would send this one back to where it came from.
            request.Headers.Host = null;
        }

        request.Headers.Authorization = null;
        request.RequestUri = target;
        if (BecomesGet(response.StatusCode, request.Method))
        {
            request.Method = HttpMethod.Get;
            request.Content = null;
            if (request.Headers.TransferEncodingChunked is true)
            {
                request.Headers.TransferEncodingChunked = false;
            }
        }

        return true;
    }

    private static Uri? FindTarget(Uri current, Uri location)
    {
        var target = location.IsAbsoluteUri ? location : new Uri(current, location);

        // RFC 9110 10.2.2: a location without a fragment takes over the one of the request.
        if (current.Fragment.Length > 0 && target.Fragment.Length == 0)
        {
            target = new UriBuilder(target) { Fragment = current.Fragment }.Uri;
        }

        return IsSecure(current) && !IsSecure(target) ? null : target;
    }

    // In the mesh the Host header says whom a request is for, whatever its URI says.
    private static bool IsSameOrigin(HttpRequestMessage request, Uri location, Uri target) =>
        !location.IsAbsoluteUri
        || (request.Headers.Host is null && Uri.Compare(request.RequestUri, target, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0);

    private static bool BecomesGet(HttpStatusCode status, HttpMethod method) => status switch
    {
        HttpStatusCode.MultipleChoices or HttpStatusCode.MovedPermanently or HttpStatusCode.Found => method == HttpMethod.Post,
        HttpStatusCode.SeeOther => method != HttpMethod.Get && method != HttpMethod.Head,
        _ => false,
    };

    private static bool IsSecure(Uri uri) => uri.Scheme is "https" or "wss";
}
