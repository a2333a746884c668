using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Propagation;
using Mesh.Protocol.Grpc;
using Mesh.Server.Gateway.Connections;
using Mesh.Server.Propagation;
using Mesh.Server.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Gateway.Requests;

/// <summary>Stage: what comes in at a port of the gateway is admitted by the newest configuration of that port, and cleaned of what callers may not say.</summary>
internal sealed class EdgeStage(DestinationDirectory directory, Random random, GatewayMeter meter)
{
    private readonly RequestIds _ids = new(random);

    public RequestDelegate Wrap(RequestDelegate next) => context =>
    {
        if (context.Features.Get<GatewayConnection>() is not { } connection)
        {
            return next(context);
        }

        if (RequestFraming.Refuse(context.Request) is { } refusal)
        {
            meter.Count(connection.Port.Number, refusal.Reason);
            context.Response.Headers.Connection = "close";
            return Refusal.WriteAsync(context, refusal.Status, GrpcStatusCode.InvalidArgument);
        }

        var chain = connection.Current(directory.State.Gateway);
        var requests = chain.Chain.Requests!;
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        var target = raw is { Length: > 0 } ? TargetPath.Normalize(raw, requests.Paths) : null;
        if (target is null)
        {
            meter.Count(connection.Port.Number, GatewayMeter.BadTarget);
        }

        var host = context.Request.Host;
        EdgeHeaders.Apply(context, connection, requests, _ids);
        AdmittedPort.Keep(context, requests.Rules);
        var request = new GatewayRequest(connection, chain, new Authority(host.Host, host.Port ?? (connection.IsEncrypted ? 443 : 80)), target, random);
        context.Features.Set(request);
        context.Features.Set<IRoutedRequest>(request);
        if (target is not null && target != raw)
        {
            Rewrite(context, target);
        }

        return next(context);
    };

    // The stages that follow judge what is sent on.
    private static void Rewrite(HttpContext context, string target)
    {
        var question = target.IndexOf('?', StringComparison.Ordinal);
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = target;
        context.Request.Path = PathString.FromUriComponent(question < 0 ? target : target[..question]);
        context.Request.QueryString = new QueryString(question < 0 ? "" : target[question..]);
    }
}
