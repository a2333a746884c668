using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Propagation;

namespace Mesh.Client.Pipeline;

/// <summary>One logical call on its way through the stages: what they have settled so far. One object a call.</summary>
internal sealed class OutboundCall(
    HttpRequestMessage request,
    OutboundDestination destination,
    OutboundClient client,
    CallContext? context,
    CancellationToken callerToken)
{
    private HttpRequestMessage? _wireRequest;

    /// <summary>The application's own request; it looks the same when the call has ended.</summary>
    public HttpRequestMessage Request => request;

    public OutboundDestination Destination => destination;

    public OutboundClient Client => client;

    /// <summary>The request being served for which this call is made; null outside of one.</summary>
    public CallContext? Context => context;

    public CancellationToken CallerToken => callerToken;

    /// <summary>What goes over the wire: <see cref="Request"/> itself unless a rewrite or an edit needs a copy.</summary>
    public HttpRequestMessage WireRequest
    {
        get => _wireRequest ?? request;
        set => _wireRequest = value;
    }

    /// <summary>Set by the route stage.</summary>
    public OutboundRoute Route { get; set; } = null!;

    /// <summary>Set by the cluster stage.</summary>
    public OutboundCluster Cluster { get; set; } = null!;

    /// <summary>For consistent hashing; null when no hash policy of the route applies.</summary>
    public ulong? Hash { get; set; }
}
