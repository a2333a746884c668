using System.Diagnostics;
using System.Net;
using Mesh.Client.Pipeline;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Responses;
using Mesh.Protocol.Grpc;
using Mesh.Server.Gateway.Requests;
using Mesh.Server.Propagation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Gateway.Forwarding;

/// <summary>Stage: sends requests of the gateway on by its routes, through the same stages as every call of the mesh, and their responses back.</summary>
internal sealed class GatewayProxy(OutboundPipeline pipeline, OutboundClient client, UnseenActivity unseen, TimeProvider time, ILogger<GatewayProxy> logger)
{
    /// <summary>Envoy's: milliseconds until the callee's headers were here.</summary>
    private const string ServiceTimeHeader = "x-envoy-upstream-service-time";

    public RequestDelegate Wrap(RequestDelegate next) => context =>
        context.Features.Get<GatewayRequest>() is { } request ? ForwardAsync(context, request) : next(context);

    private async Task ForwardAsync(HttpContext context, GatewayRequest request)
    {
        LiftLimits(context);
        using var message = ForwardedRequest.Create(context, request);
        if (message is null)
        {
            // Among others the tunnels of CONNECT, which no route here leads on.
            await Refusal.WriteAsync(context, request.Target is null ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest, GrpcStatusCode.Unimplemented);
            return;
        }

        if (request.Destination?.Table?.VirtualHost is { RequiresTls: true } && context.Request.Headers["x-forwarded-proto"] != "https")
        {
            RedirectToHttps(context, request);
            return;
        }

        try
        {
            var started = time.GetTimestamp();
            using var response = await SendAsync(context, request, message);
            response.Headers.TryAddWithoutValidation(ServiceTimeHeader, ((long)time.GetElapsedTime(started).TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture));
            await AnswerAsync(context, response);
        }
        catch (Exception) when (message.Content is InboundContent { Failure: { } failure })
        {
            Break(context, failure);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer any more.
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException or BadHttpRequestException)
        {
            Break(context, exception);
        }
    }

    private Task<HttpResponseMessage> SendAsync(HttpContext context, GatewayRequest request, HttpRequestMessage message)
    {
        if (ForwardedRequest.IsWebSocket(context))
        {
            UpgradedConnection.Prepare(context, message);
        }

        return request.Destination is { } destination
            ? SendUnseenAsync(message, destination, message.Content is InboundContent body ? body.Broken : context.RequestAborted)
            : Task.FromResult(LocalReply.Create(message, LocalFailure.NoRoute));
    }

    private Task<HttpResponseMessage> SendUnseenAsync(HttpRequestMessage message, OutboundDestination destination, CancellationToken cancellationToken)
    {
        if (unseen.Find(message) is not { } activity)
        {
            return pipeline.SendAsync(message, destination, client, start: null, cancellationToken);
        }

        Activity.Current = null;
        try
        {
            return pipeline.SendAsync(message, destination, client, start: null, cancellationToken);
        }
        finally
        {
            Activity.Current = activity;
        }
    }

    private static Task AnswerAsync(HttpContext context, HttpResponseMessage response)
    {
        ResponseWriter.WriteHead(context, response);
        if (response.StatusCode is HttpStatusCode.SwitchingProtocols)
        {
            return UpgradedConnection.CarryAsync(context, response);
        }

        return HttpMethods.IsHead(context.Request.Method) || response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified
            ? Task.CompletedTask
            : ResponseWriter.WriteBodyAsync(context, response);
    }

    /// <summary>A body may be as long as it likes: it is carried on piece by piece, and what is too long is for its receiver to say.</summary>
    private static void LiftLimits(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        // A stream may be silent for as long as both ends like; a body in one piece may not, as it holds a whole connection of HTTP/1.1.
        var isStream = context.Request is { ContentLength: null, Protocol: var protocol } && HttpProtocol.IsHttp2(protocol);
        if (isStream && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }

    // Envoy: 301 to the same place, without a port of plaintext.
    private static void RedirectToHttps(HttpContext context, GatewayRequest request)
    {
        context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
        context.Response.Headers.Location = $"https://{request.Authority.Host}{request.Target}";
    }

    private void Break(HttpContext context, Exception exception)
    {
        string? path = context.Request.Path;
        GatewayLog.BrokenOff(logger, context.Request.Method, path, exception.Message);
        if (exception is BadHttpRequestException bad && !context.Response.HasStarted)
        {
            context.Response.StatusCode = bad.StatusCode;
            return;
        }

        if (context.Response.HasStarted)
        {
            // A response that ends here would look complete.
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status502BadGateway;
    }
}
