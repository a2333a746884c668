using System.Net;
using Mesh.Client.Actions;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Actions;

/// <summary>Gives requests another authority, in the Host header of HTTP/1.1 and in <c>:authority</c> of HTTP/2.</summary>
internal sealed class HostRewriter
{
    private readonly HostRewrite? _rewrite;
    private readonly RegexSubstitution? _substitution;
    private readonly string? _clusterHost;
    private readonly bool _appendsForwardedHost;

    private HostRewriter(ForwardAction action, WeightedCluster cluster)
    {
        (_rewrite, _clusterHost, _appendsForwardedHost) = (action.HostRewrite, cluster.Host, action.AppendsForwardedHost);
        _substitution = _rewrite?.Pattern is { } pattern ? new RegexSubstitution(pattern, _rewrite.Value) : null;
    }

    /// <summary>Null when the authority stays.</summary>
    public static HostRewriter? Compile(ForwardAction action, WeightedCluster cluster) =>
        cluster.Host is null && action.HostRewrite is null or { Kind: HostRewriteKind.Endpoint } ? null : new HostRewriter(action, cluster);

    public void Apply(HttpRequestMessage request)
    {
        // Envoy: the weighted cluster's host first, without a trace of the one before; the route's, if it has one, after it.
        if (_clusterHost is not null)
        {
            request.Headers.Host = _clusterHost;
        }

        if (Find(request) is { Length: > 0 } host)
        {
            Set(request, host, _appendsForwardedHost);
        }
    }

    /// <summary>Aims a request at the host name of the endpoint that was chosen for it; an address is no name.</summary>
    public static void Aim(OutboundCall call, EndpointAddress address)
    {
        if (IPAddress.TryParse(address.Host, out _))
        {
            return;
        }

        Set(call.WireRequest, address.Host, call.Route.Route.Action is ForwardAction { AppendsForwardedHost: true });
    }

    private string? Find(HttpRequestMessage request) => _rewrite switch
    {
        { Kind: HostRewriteKind.Literal } => _rewrite.Value,
        { Kind: HostRewriteKind.Header } => request.Headers.NonValidated.TryGetValues(_rewrite.Value, out var values) ? values.ToString() : null,
        { Kind: HostRewriteKind.PathPattern } => _substitution!.Replace(request.RequestUri!.AbsolutePath),
        _ => null,
    };

    private static void Set(HttpRequestMessage request, string host, bool appendsForwardedHost)
    {
        var original = WireRequest.Authority(request);
        var headers = new MessageHeaders(request.Headers, content: null);
        if (appendsForwardedHost && !IsForwarded(request, original))
        {
            headers.Add(HeaderNames.ForwardedHost, original);
        }

        if (!headers.Contains(HeaderNames.OriginalHost))
        {
            headers.Add(HeaderNames.OriginalHost, original);
        }

        headers.Remove("Host");
        headers.Add("Host", host);
    }

    // Envoy: not a second time in a row.
    private static bool IsForwarded(HttpRequestMessage request, string host) =>
        request.Headers.NonValidated.TryGetValues(HeaderNames.ForwardedHost, out var values)
        && values.ToString().Split(',', StringSplitOptions.TrimEntries)[^1] == host;
}
