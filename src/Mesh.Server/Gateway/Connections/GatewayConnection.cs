using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Routing.Connections;
using Mesh.Server.Gateway.Ports;

namespace Mesh.Server.Gateway.Connections;

/// <summary>A connection of the gateway, and what holds for its requests now; found in its features.</summary>
internal sealed class GatewayConnection(OpenPort port, ConnectionView view, OutboundGatewayChain chain)
{
    // Of the state it was found in; a race finds it twice.
    private volatile OutboundGateway? _state;
    private volatile OutboundGatewayChain _chain = chain;

    // Interlocked.
    private int _ended;
    private int _takenBack;

    public OpenPort Port => port;

    /// <summary>What it was let in by.</summary>
    public OutboundGatewayChain Chain => _chain;

    /// <summary>TLS that ended here.</summary>
    public bool IsEncrypted => _chain.Chain.Tls is not null;

    public string ServerName => view.ServerName;

    /// <summary>Verified; null when the caller presented none.</summary>
    public X509Certificate2? ClientCertificate { get; set; }

    /// <summary>A request of it is over. True once so many were taken back at once that the connection is an attack: Envoy's rule, half of 500 requests or of all that there were.</summary>
    public bool IsFlood(bool wasTakenBack)
    {
        const int FewestRequests = 500;
        var ended = Interlocked.Increment(ref _ended);
        return wasTakenBack && Interlocked.Increment(ref _takenBack) * 2 >= Math.Max(ended, FewestRequests);
    }

    /// <summary>The chain of the newest configuration; while the port is being closed the last one stays.</summary>
    public OutboundGatewayChain Current(OutboundGateway state)
    {
        if (!ReferenceEquals(_state, state))
        {
            var listener = state.Ports.FirstOrDefault(open => open.Listener.Name == port.Name);
            if (listener?.Find(view) is { Chain.Requests: not null } found && (found.Chain.Tls is null) == (_chain.Chain.Tls is null))
            {
                _chain = found;
            }

            _state = state;
        }

        return _chain;
    }
}
