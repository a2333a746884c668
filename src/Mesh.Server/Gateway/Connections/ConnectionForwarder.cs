using System.IO.Pipelines;
using System.Net;
using Mesh.Client;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Gateway.Connections;

/// <summary>Carries a connection on to an endpoint of its route, unread, both ways until both are done.</summary>
internal sealed class ConnectionForwarder(ConnectionAttempts attempts, Random random, ILogger<ConnectionForwarder> logger)
{
    public async Task ForwardAsync(ConnectionContext context, GatewayConnection connection)
    {
        var destination = connection.Chain.Connection;
        if (destination?.Connections?.Find(default) is not { } route || route.ChooseCluster(random) is not { } cluster || cluster.ShouldDrop())
        {
            GatewayLog.Refused(logger, context.RemoteEndPoint, connection.Port.Name, "its route leads to no cluster");
            return;
        }

        var local = (IPEndPoint)context.LocalEndPoint!;
        var authority = new Authority(connection.ServerName.Length > 0 ? connection.ServerName : local.Address.ToString(), local.Port);
        try
        {
            var upstream = await attempts.OpenAsync(authority, new EndpointAddress(authority.Host, authority.Port), cluster, route.Route, context.ConnectionClosed);
            await using (upstream)
            {
                await CarryAsync(context, (MeshStream)upstream);
            }
        }
        catch (Exception exception) when (exception is MeshConnectException or IOException or OperationCanceledException or ConnectionAbortedException or ObjectDisposedException)
        {
            GatewayLog.Refused(logger, context.RemoteEndPoint, connection.Port.Name, exception.Message);
            context.Abort(new ConnectionAbortedException(exception.Message));
        }
    }

    // Half-closed is not closed: a caller that has said everything may still be answered.
    private static async Task CarryAsync(ConnectionContext context, MeshStream upstream)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(context.ConnectionClosed);
        var there = ThereAsync(context.Transport.Input, upstream, broken.Token);
        var back = BackAsync(upstream, context.Transport.Output, broken.Token);
        var first = await Task.WhenAny(there, back);
        if (!first.IsCompletedSuccessfully)
        {
            await broken.CancelAsync();
        }

        await Task.WhenAll(there, back);
    }

    private static async Task ThereAsync(PipeReader input, MeshStream upstream, CancellationToken cancellationToken)
    {
        await input.CopyToAsync(upstream, cancellationToken);
        await upstream.CompleteWritesAsync(cancellationToken);
    }

    private static async Task BackAsync(MeshStream upstream, PipeWriter output, CancellationToken cancellationToken)
    {
        await upstream.CopyToAsync(output, cancellationToken);
        await output.CompleteAsync();
    }
}
