using Google.Protobuf;
using Mesh.Protocol.Grpc.Framing;
using Mesh.Protocol.Grpc.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Protocol.Grpc;

/// <summary>Turns an HTTP/2 request into a call, runs the handler and sends the status.</summary>
internal sealed class GrpcMethodEndpoint<TRequest, TResponse>(
    GrpcMethod<TRequest, TResponse> method, Func<GrpcServerCall<TRequest, TResponse>, Task> handler, GrpcServerOptions options)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!TryAccept(context))
        {
            return;
        }

        context.Response.Headers[MetadataNames.AcceptEncoding] = MessageEncoding.Accepted;
        if (Refusal(context, out var timeout) is { } refusal)
        {
            await ResponseStatus.SendAsync(context, refusal, trailers: null).ConfigureAwait(false);
            return;
        }

        LiftLimits(context);
        using var deadline = timeout is { } limit ? new CallDeadline(limit, options.TimeProvider) : null;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, deadline?.Token ?? CancellationToken.None);
        context.Response.ContentType = MetadataNames.ContentType;
        var call = new GrpcServerCall<TRequest, TResponse>(context, method.RequestParser, options, timeout, ended.Token);
        var status = await RunAsync(call, deadline).ConfigureAwait(false);
        if (!call.IsClientGone && !context.RequestAborted.IsCancellationRequested)
        {
            await ResponseStatus.SendAsync(context, status, call.ResponseTrailers).ConfigureAwait(false);
        }
    }

    private static bool TryAccept(HttpContext context)
    {
        if (!HttpProtocol.IsHttp2(context.Request.Protocol) && !HttpProtocol.IsHttp3(context.Request.Protocol))
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            context.Response.Headers.Upgrade = HttpProtocol.Http2;
            return false;
        }

        if (!MetadataNames.IsGrpcProto(context.Request.ContentType))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return false;
        }

        return true;
    }

    private static GrpcStatus? Refusal(HttpContext context, out TimeSpan? timeout)
    {
        timeout = null;
        string? encoding = context.Request.Headers[MetadataNames.Encoding];
        if (!MessageEncoding.IsAccepted(encoding))
        {
            return new GrpcStatus(
                GrpcStatusCode.Unimplemented, $"grpc-encoding '{encoding}' is not supported; accepted: {MessageEncoding.Accepted}.");
        }

        string? text = context.Request.Headers[MetadataNames.Timeout];
        if (text is null)
        {
            return null;
        }

        if (!TimeoutText.TryParse(text, out var parsed))
        {
            return new GrpcStatus(
                GrpcStatusCode.Internal, $"grpc-timeout '{text}' is malformed; expected at most 8 digits and one of H, M, S, m, u, n.");
        }

        timeout = parsed;
        return null;
    }

    /// <summary>A stream may be silent or long for as long as both sides like.</summary>
    private static void LiftLimits(HttpContext context)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } requestRate)
        {
            requestRate.MinDataRate = null;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bodySize)
        {
            bodySize.MaxRequestBodySize = null;
        }
    }

    private async Task<GrpcStatus> RunAsync(GrpcServerCall<TRequest, TResponse> call, CallDeadline? deadline)
    {
        try
        {
            await handler(call).ConfigureAwait(false);
            return GrpcStatus.Ok;
        }
        catch (GrpcException exception)
        {
            return new GrpcStatus(exception.Code, exception.Detail) { Pushback = exception.Pushback };
        }
        catch (OperationCanceledException) when (call.IsClientGone || call.CancellationToken.IsCancellationRequested)
        {
            return deadline is { HasPassed: true }
                ? new GrpcStatus(GrpcStatusCode.DeadlineExceeded, $"{method.Path} did not end within the time that the client gave it.")
                : new GrpcStatus(GrpcStatusCode.Cancelled, "The client has gone.");
        }
        catch (Exception exception)
        {
            call.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>()
                .CreateLogger(GrpcServerLog.Category)
                .GrpcHandlerFailed(method.Path, exception);
            return new GrpcStatus(GrpcStatusCode.Unknown, "The handler failed.");
        }
    }
}
