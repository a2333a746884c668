using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Telemetry;
using Mesh.Protocol.Grpc;
using Mesh.Server.Propagation;
using Mesh.Server.Reports;
using Mesh.Server.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Transport;

/// <summary>Stage: nothing passes while the policy of its port is unknown, nor on a connection that the port does not take.</summary>
/// <remarks>
/// Connections were judged when they opened. This catches the rest: a policy that has gone or changed since, and servers and protocols whose
/// connections the mesh does not see (HTTP/3, IIS).
/// </remarks>
internal sealed class GateStage(InboundGate gate, ILogger<GateStage> logger)
{
    public RequestDelegate Wrap(RequestDelegate next) => context =>
    {
        // No port, no policy: a Unix socket, or a server in memory. A gateway's ports are opened by their policy.
        var port = context.Connection.LocalPort;
        if (port == 0 || context.Features.Get<IRoutedRequest>() is not null)
        {
            return next(context);
        }

        var word = gate.Look(port, IsLoopback(context));
        return word.Standing is PortStanding.Unknown ? HoldAsync(context, port, next) : Judge(context, port, word, next);
    };

    private async Task HoldAsync(HttpContext context, int port, RequestDelegate next)
    {
        PortWord word;
        try
        {
            word = await gate.WaitAsync(port, IsLoopback(context), context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        if (word.Standing is PortStanding.Unknown)
        {
            // The caller is told no more: it may be anybody.
            RequestRecord.Mark(context, ResponseFlags.None, RequestDetails.NoPolicy);
            await Refusal.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, GrpcStatusCode.Unavailable);
            return;
        }

        await Judge(context, port, word, next);
    }

    private Task Judge(HttpContext context, int port, PortWord word, RequestDelegate next)
    {
        if (word.Rules is { } rules)
        {
            AdmittedPort.Keep(context, rules);
        }

        if (word.Mode is not PeerAuthenticationMode.Strict || context.Features.Get<PeerConnection>() is { Peer: not null })
        {
            return next(context);
        }

        TransportLog.NotMutual(logger, port);
        RequestRecord.Mark(context, ResponseFlags.None, RequestDetails.NotMutual);
        return Refusal.WriteAsync(context, StatusCodes.Status403Forbidden, GrpcStatusCode.PermissionDenied);
    }

    private static bool IsLoopback(HttpContext context) => context.Connection.LocalIpAddress is { } address && IPAddress.IsLoopback(address);
}
