using Mesh.Client.Actions;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Actions;

/// <summary>Stage: what becomes of a request on its way to one weighted cluster. Headers, then the authority, then the path (Envoy).</summary>
internal sealed class RequestEdits
{
    private readonly ProcessFacts _facts;
    private readonly HeaderEditor? _headers;
    private readonly HostRewriter? _host;
    private readonly PathRewriter? _path;

    private RequestEdits(Route route, ForwardAction action, WeightedCluster cluster, ProcessFacts facts)
    {
        _facts = facts;
        _headers = HeaderEditor.Compile(cluster.RequestEdits);
        _host = HostRewriter.Compile(action, cluster);
        _path = action.Rewrite is { } rewrite ? new PathRewriter(rewrite, route.Match.Path) : null;
    }

    /// <summary>Whether the start of the call has to be known.</summary>
    public bool UsesTime => _headers?.UsesTime == true;

    /// <summary>Null when requests go as they are.</summary>
    public static RequestEdits? Compile(Route route, ForwardAction action, WeightedCluster cluster, ProcessFacts facts)
    {
        var edits = new RequestEdits(route, action, cluster, facts);
        // The host name of an endpoint is written when it is known, but on a copy all the same.
        return edits._headers is null && edits._host is null && edits._path is null && action.HostRewrite is null ? null : edits;
    }

    public void Apply(OutboundCall call)
    {
        var wire = call.WireRequest = WireRequest.Copy(call.WireRequest);
        if (_headers is not null)
        {
            if (_headers.TouchesContent && wire.Content is { } content)
            {
                wire.Content = new EditedContent(content);
            }

            _headers.Apply(new MessageHeaders(wire.Headers, wire.Content?.Headers), new CallValues(call, response: null, _facts));
        }

        _host?.Apply(wire);
        if (_path is not null)
        {
            var original = wire.RequestUri!.PathAndQuery;
            new MessageHeaders(wire.Headers, content: null).Set(HeaderNames.OriginalPath, original);
            WireRequest.SetPath(wire, _path.Rewrite(original));
        }
    }
}
