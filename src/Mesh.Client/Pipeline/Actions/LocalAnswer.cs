using System.Net;
using Mesh.Client.Actions;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Responses;
using Mesh.Protocol.Grpc;

namespace Mesh.Client.Pipeline.Actions;

/// <summary>Stage: routes that answer by themselves, with a redirect or with a fixed response.</summary>
internal sealed class LocalAnswer
{
    private readonly RedirectAction? _redirect;
    private readonly PathRewriter? _rewriter;
    private readonly DirectResponseAction? _response;

    private LocalAnswer(Route route)
    {
        _redirect = route.Action as RedirectAction;
        _response = route.Action as DirectResponseAction;
        _rewriter = _redirect?.Rewrite is { } rewrite ? new PathRewriter(rewrite, route.Match.Path) : null;
    }

    /// <summary>Null when the route forwards.</summary>
    public static LocalAnswer? Compile(Route route) => route.Action is RedirectAction or DirectResponseAction ? new LocalAnswer(route) : null;

    public HttpResponseMessage Create(OutboundCall call)
    {
        if (GrpcRequest.Is(call.Request))
        {
            return LocalReply.Create(call, Failure(call.Route.Route.Name));
        }

        var response = new HttpResponseMessage((HttpStatusCode)(_redirect?.StatusCode ?? _response!.StatusCode))
        {
            Version = call.Request.Version,
            Content = new ReadOnlyMemoryContent(_response?.Body ?? default),
        };
        if (_response is { Body.IsEmpty: false })
        {
            response.Content.Headers.TryAddWithoutValidation("Content-Type", "text/plain");
        }

        // Envoy: 201 and 3xx say where.
        if (response.StatusCode is HttpStatusCode.Created || (int)response.StatusCode is >= 300 and < 400)
        {
            response.Headers.TryAddWithoutValidation("Location", Location(call.Request));
        }

        call.Record?.EndDirectly(response);
        return ResponseEdits.Apply(call, response);
    }

    private string Location(HttpRequestMessage request) => RedirectLocation.Compute(
        _redirect,
        _rewriter,
        WireRequest.Scheme(request),
        WireRequest.Authority(request),
        request.RequestUri!.PathAndQuery);

    // gRPC cannot be redirected: its own clients fail such a route with UNAVAILABLE (gRFC A28). A fixed response is mapped as Envoy does.
    private LocalFailure Failure(string route)
    {
        if (_response is null)
        {
            return LocalFailure.GrpcRedirect(route);
        }

        var status = (HttpStatusCode)_response.StatusCode;
        return LocalFailure.DirectResponse(status, (int)GrpcStatusMapping.FromHttpStatus(status), System.Text.Encoding.UTF8.GetString(_response.Body.Span));
    }
}
