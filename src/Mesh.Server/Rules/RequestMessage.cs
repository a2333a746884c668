using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Rules;

/// <summary>Shows a received request to the matchers of the outbound side.</summary>
internal static class RequestMessage
{
    // As it came: a match is on the path that was sent, not on one that was tidied up.
    private static readonly UriCreationOptions AsSent = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static HttpRequestMessage Of(HttpContext context)
    {
        var request = context.Request;
        var message = new HttpRequestMessage(new HttpMethod(request.Method), Uri(context)) { Content = new ByteArrayContent([]) };
        message.Headers.Host = null;
        foreach (var (name, values) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                message.Content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        return message;
    }

    private static Uri Uri(HttpContext context)
    {
        var request = context.Request;
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        var path = target is ['/', ..] ? target : request.PathBase.ToUriComponent() + request.Path.ToUriComponent() + request.QueryString.ToUriComponent();
        var authority = request.Host.HasValue ? request.Host.ToUriComponent() : "localhost";
        return System.Uri.TryCreate($"{request.Scheme}://{authority}{path}", AsSent, out var uri)
            ? uri
            : new Uri($"{request.Scheme}://localhost{path}", AsSent);
    }
}
