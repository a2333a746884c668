using System.Net;
using System.Net.Sockets;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Routing.Connections;

namespace Mesh.Client.Pipeline.Connections;

/// <summary>The way of a raw connection, stage by stage; <see cref="OutboundPipeline"/> is the same for requests.</summary>
internal sealed class MeshConnector(
    DestinationDirectory directory,
    OutboundTrafficPolicy policy,
    ConnectionAttempts attempts,
    ConnectionDialer dialer,
    Random random,
    IConnectionSink? sink = null) : IMeshConnector
{
    private readonly CallPeer _passthrough = new(CallPeer.PassthroughCluster, null, null);

    private static readonly MeshConnectOptions NoOptions = new();

    /// <summary>Istio's for what passes the mesh by.</summary>
    private static readonly TimeSpan PassthroughTimeout = TimeSpan.FromSeconds(10);

    public ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken = default) =>
        ConnectAsync(host, port, NoOptions, cancellationToken);

    public async ValueTask<Stream> ConnectAsync(string host, int port, MeshConnectOptions options, CancellationToken cancellationToken = default)
    {
        Validate(host, port, options);

        // Destination: the state is read once, so that no connection ever sees half a change.
        var authority = new Authority(host, port);
        if (!directory.State.Destinations.TryGetValue(authority, out var destination))
        {
            destination = await directory.DiscoverAsync(authority, cancellationToken).ConfigureAwait(false);
        }

        // Outbound traffic policy: what the mesh does not know passes through, or is refused.
        if (destination.Status is DestinationStatus.Unknown)
        {
            if (destination.Destination.RefusesPlaintext && options.UsesTls != true)
            {
                throw ConnectionRefusal.NoConfiguration(authority, $"{destination.Destination.Reason}; a connection that may be plaintext is not opened by a process with an identity of the mesh (Mesh:Fallback:AllowPlaintext allows it)");
            }

            return policy is OutboundTrafficPolicy.RegistryOnly && destination.Destination.Source is not DestinationSource.Direct
                ? throw ConnectionRefusal.NotInRegistry(authority)
                : await PassAsync(authority, options, destination.Destination.Reason, cancellationToken).ConfigureAwait(false);
        }

        // A destination without usable configuration fails: guessing could send traffic where it must not go.
        if (destination.Status is DestinationStatus.Failed)
        {
            throw ConnectionRefusal.NoConfiguration(authority, destination.Destination.Reason);
        }

        // Rules for requests cannot be kept by a connection that is not looked into.
        if (destination.Connections is not { } connections)
        {
            throw ConnectionRefusal.RequestsOnly(authority);
        }

        // Route: the most exact match.
        var view = View(authority, options, connections);
        var route = connections.Find(view) ?? throw ConnectionRefusal.NoRoute(authority, view);

        // Cluster: by the weights of the split.
        var cluster = route.ChooseCluster(random) ?? throw ConnectionRefusal.NoCluster(authority, route.Route.Name);

        // Overload: the share that the control plane wants dropped.
        if (cluster.ShouldDrop())
        {
            throw ConnectionRefusal.DropOverload(authority);
        }

        // Attempts: pick an endpoint, connect, answer for its failure.
        return await attempts.OpenAsync(authority, Original(authority, options), cluster, route.Route, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<Stream> PassAsync(Authority authority, MeshConnectOptions options, string? meshReason, CancellationToken cancellationToken)
    {
        try
        {
            return new RoutedStream(await dialer.DialAsync(Original(authority, options), PassthroughTimeout, cancellationToken).ConfigureAwait(false), tally: sink?.Open(_passthrough, principal: null));
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException)
        {
            throw ConnectionRefusal.PassthroughFailed(authority, meshReason, exception);
        }
    }

    /// <summary>Where the connection would go without the mesh, and goes where the mesh leaves that to the caller (resolution NONE).</summary>
    private static EndpointAddress Original(Authority authority, MeshConnectOptions options) =>
        new(options.DestinationAddress?.ToString() ?? authority.Host.Trim('[', ']'), authority.Port);

    private static ConnectionView View(Authority authority, MeshConnectOptions options, OutboundConnections connections)
    {
        var isAddress = IPAddress.TryParse(authority.Host.Trim('[', ']'), out var literal);
        var address = options.DestinationAddress ?? (isAddress ? literal : connections.Address);
        var isTls = options.UsesTls ?? (options.ServerName is not null || connections.HasTlsRules);
        return new ConnectionView(authority.Port)
        {
            Address = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address,
            IsTls = isTls,
            // RFC 6066 3: a server name is never an address.
            ServerName = isTls ? (options.ServerName ?? (isAddress ? "" : authority.Host)).TrimEnd('.').ToLowerInvariant() : "",
            ApplicationProtocols = isTls ? [.. options.ApplicationProtocols] : [],
        };
    }

    private static void Validate(string host, int port, MeshConnectOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
        ArgumentNullException.ThrowIfNull(options);
        if (options is { UsesTls: false, ServerName: not null })
        {
            throw new ArgumentException($"{nameof(options.ServerName)} is '{options.ServerName}', but {nameof(options.UsesTls)} is false: only TLS has a server name.", nameof(options));
        }
    }
}
