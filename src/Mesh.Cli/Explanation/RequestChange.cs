using Mesh.Client.Actions;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Actions;

namespace Mesh.Cli.Explanation;

/// <summary>What a route makes of a request on its way to a cluster, by the data plane's own rewriters: headers, then the authority, then the path (Envoy).</summary>
internal static class RequestChange
{
    /// <summary>A copy as it would be sent; headers whose value depends on the call are left as they are.</summary>
    public static HttpRequestMessage Apply(HttpRequestMessage request, Route route, ForwardAction action, WeightedCluster cluster)
    {
        var wire = WireRequest.Copy(request);
        var headers = new MessageHeaders(wire.Headers, content: null);
        foreach (var level in cluster.RequestEdits)
        {
            foreach (var name in level.Remove)
            {
                headers.Remove(name);
            }

            foreach (var edit in level.Set.Where(edit => edit.Value.Constant is not null))
            {
                Apply(headers, edit);
            }
        }

        HostRewriter.Compile(action, cluster)?.Apply(wire);
        if (action.Rewrite is { } rewrite)
        {
            WireRequest.SetPath(wire, new PathRewriter(rewrite, route.Match.Path).Rewrite(wire.RequestUri!.PathAndQuery));
        }

        return wire;
    }

    /// <summary>Where the client is sent by a redirect.</summary>
    public static string Location(HttpRequestMessage request, Route route, RedirectAction redirect) => RedirectLocation.Compute(
        redirect,
        redirect.Rewrite is { } rewrite ? new PathRewriter(rewrite, route.Match.Path) : null,
        WireRequest.Scheme(request),
        WireRequest.Authority(request),
        request.RequestUri!.PathAndQuery);

    /// <summary>All edits, those too that depend on the call.</summary>
    public static IEnumerable<string> Describe(WeightedCluster cluster) =>
        cluster.RequestEdits.SelectMany(level => level.Remove.Select(name => $"-{name}").Concat(level.Set.Select(edit => $"+{edit.Name}: {edit.Value.Constant ?? "(depends on the call)"}")));

    private static void Apply(MessageHeaders headers, HeaderEdit edit)
    {
        var isThere = headers.Contains(edit.Name);
        var text = edit.Value.Constant!;
        if ((edit.Kind is HeaderEditKind.AddIfAbsent && isThere) || (edit.Kind is HeaderEditKind.OverwriteIfExists && !isThere) || (text.Length == 0 && !edit.KeepEmpty))
        {
            return;
        }

        if (edit.Kind is HeaderEditKind.OverwriteOrAdd or HeaderEditKind.OverwriteIfExists)
        {
            headers.Set(edit.Name, text);
        }
        else
        {
            headers.Add(edit.Name, text);
        }
    }
}
