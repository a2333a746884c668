using Mesh.Client;
using Mesh.Client.Propagation;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Propagation;

/// <summary>Stage: settles what callers say of the context of their requests: outsiders choose none of it at the edge of the mesh, and every request has an id.</summary>
internal sealed class CallerHeaderStage(MeshPropagationOptions options, RequestIds ids)
{
    /// <summary>Longer ids than any in use are not taken over: they are written into every log line.</summary>
    private const int MaxIdLength = 256;

    private readonly string[] _edge = options.Edge ? [.. options.EffectiveEdgeHeaders] : [];

    public RequestDelegate Wrap(RequestDelegate next) => context =>
    {
        var headers = context.Request.Headers;
        if (_edge.Length > 0 && context.Features.Get<IMeshPeerFeature>() is null)
        {
            foreach (var name in _edge)
            {
                headers.Remove(name);
            }
        }

        if (options.GenerateRequestId && headers[RequestIds.Header] is var id && (id.Count == 0 || id[0] is not { Length: > 0 and <= MaxIdLength }))
        {
            headers[RequestIds.Header] = ids.New();
        }

        return next(context);
    };
}
