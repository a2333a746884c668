using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Routing.Connections;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>One port of a gateway, compiled.</summary>
internal sealed class OutboundGatewayPort
{
    private readonly ConnectionMatcher _matcher;

    public OutboundGatewayPort(GatewayPort source, ImmutableArray<OutboundGatewayChain> chains)
    {
        (Source, Chains) = (source, chains);
        _matcher = new ConnectionMatcher([.. chains.Select(chain => new ConnectionRoute(chain.Chain.Match, Unread))]);
        NeedsFirstBytes = chains.Any(chain => chain.Chain.Match is { IsTls: not null } or { ServerNames.IsEmpty: false } or { ApplicationProtocols.IsEmpty: false } || chain.Chain.Tls is not null);
    }

    public GatewayPort Source { get; }

    public GatewayListener Listener => Source.Listener;

    public ImmutableArray<OutboundGatewayChain> Chains { get; }

    /// <summary>Whether what a caller says first decides over its connection.</summary>
    public bool NeedsFirstBytes { get; }

    // The matcher asks for the conditions alone.
    private static TcpRoute Unread { get; } = new("") { Clusters = [] };

    /// <summary>The chain of a connection; null refuses it.</summary>
    public OutboundGatewayChain? Find(in ConnectionView view)
    {
        var index = _matcher.Find(view);
        return index < 0 ? null : Chains[index];
    }
}
