using System.Net;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Routing.Connections;
using Mesh.Server.Gateway.Ports;
using Mesh.Server.Transport.Endpoints;
using Mesh.Server.Transport.Peeking;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Gateway.Connections;

/// <summary>Looks at what a new connection says first, finds its filter chain, and leads it there: to requests, through TLS, or on unread.</summary>
internal sealed class FrontDoor(GatewayPorts ports, DestinationDirectory directory, ConnectionForwarder forwarder, GatewayMeter meter, TimeProvider time, ILogger<FrontDoor> logger)
{
    /// <summary>For the first bytes of a connection whose chain depends on them, and for the rest of a ClientHello.</summary>
    private static readonly TimeSpan FirstBytesLimit = TimeSpan.FromSeconds(15);

    /// <param name="context">The connection.</param>
    /// <param name="encrypted">Ends TLS, and then reads requests or carries on.</param>
    /// <param name="requests">Reads requests.</param>
    public async Task OnConnectionAsync(ConnectionContext context, ConnectionDelegate encrypted, ConnectionDelegate requests)
    {
        var port = context.Features.Get<OpenPort>()!;
        try
        {
            await RunAsync(context, port, encrypted, requests);
        }
        finally
        {
            ports.Leave(port, context);
        }
    }

    private async Task RunAsync(ConnectionContext context, OpenPort port, ConnectionDelegate encrypted, ConnectionDelegate requests)
    {
        if (directory.State.Gateway.Ports.FirstOrDefault(open => open.Listener.Name == port.Name) is not { } listener)
        {
            return;
        }

        var isRead = listener.NeedsFirstBytes || listener.Chains.Any(chain => chain.Chain.Requests is not null);
        if ((isRead ? await PeekAsync(context, port) : default(Peeked)) is not { } peeked)
        {
            return;
        }

        var view = View(context, listener, peeked);
        if (peeked.Bytes is FirstBytes.MalformedTls || listener.Find(view) is not { } chain)
        {
            meter.Count(port.Number, peeked.Bytes is FirstBytes.MalformedTls ? GatewayMeter.MalformedTls : GatewayMeter.NoServer);
            Refuse(context, port, peeked.Bytes is FirstBytes.MalformedTls ? "the ClientHello breaks the rules of TLS" : $"no server is for it (server name '{view.ServerName}')");
            return;
        }

        var connection = new GatewayConnection(port, view, chain);
        context.Features.Set(connection);
        if (chain.Chain.Tls is not null)
        {
            await encrypted(context);
        }
        else if (chain.Chain.Requests is null)
        {
            await forwarder.ForwardAsync(context, connection);
        }
        else
        {
            if (peeked.Bytes is FirstBytes.Http2Preface)
            {
                PriorKnowledge.Claim(context.Features);
            }

            await requests(context);
        }
    }

    /// <summary>Null when the connection is over.</summary>
    private async ValueTask<Peeked?> PeekAsync(ConnectionContext context, OpenPort port)
    {
        using var limit = new CancellationTokenSource(FirstBytesLimit, time);
        try
        {
            var peeked = await ConnectionPeek.ReadAsync(context.Transport.Input, findsHttp2: true, limit.Token);
            return peeked.Bytes is FirstBytes.None ? null : peeked;
        }
        catch (OperationCanceledException)
        {
            meter.Count(port.Number, GatewayMeter.SlowStart);
            Refuse(context, port, "neither a request nor a ClientHello arrived in time");
        }
        catch (Exception exception) when (exception is IOException or ConnectionAbortedException or InvalidOperationException)
        {
            Refuse(context, port, exception.Message);
        }

        return null;
    }

    private static ConnectionView View(ConnectionContext context, OutboundGatewayPort listener, in Peeked peeked)
    {
        var isTls = peeked.Bytes is FirstBytes.Tls;
        var address = (context.LocalEndPoint as IPEndPoint)?.Address;
        List<string> protocols = [];
        if (peeked.Hello.MeshProtocol is { } mesh)
        {
            protocols.Add(mesh.ToString());
        }

        if (peeked.Hello.OffersHttp)
        {
            protocols.AddRange(["h2", "http/1.1"]);
        }

        return new ConnectionView(listener.Listener.Port)
        {
            Address = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address,
            IsTls = isTls,
            ServerName = isTls ? (peeked.Hello.ServerName ?? "").TrimEnd('.').ToLowerInvariant() : "",
            ApplicationProtocols = [.. protocols],
        };
    }

    private void Refuse(ConnectionContext context, OpenPort port, string reason) => GatewayLog.Refused(logger, context.RemoteEndPoint, port.Name, reason);
}
