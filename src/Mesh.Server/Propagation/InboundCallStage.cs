using System.Collections.Immutable;
using Mesh.Client.Telemetry;
using Mesh.Client;
using Mesh.Client.Pipeline;
using Mesh.Client.Propagation;
using Mesh.Protocol.Grpc;
using Mesh.Server.Reports;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Propagation;

/// <summary>Stage: what every call made for a request must know of it (headers, deadline, whether the caller still waits) flows on with it; its time is kept.</summary>
internal sealed class InboundCallStage(MeshPropagationOptions options, HeaderCapture capture, DeadlinePool deadlines, TimeProvider time, ILogger<InboundCallStage> logger)
{
    public RequestDelegate Wrap(RequestDelegate next) => context =>
    {
        var headers = capture.Capture(context.Request.Headers);
        var remaining = options.Deadlines ? CallerDeadline.Read(context) : null;
        if (remaining <= TimeSpan.Zero)
        {
            return AnswerTimeIsOverAsync(context);
        }

        var claims = context.Features.Get<CarriedClaims>();

        // Nothing to say and nothing to hide: costs no state machine.
        return headers.IsEmpty && claims is null && remaining is null && !options.CancelWithCaller && CallContext.Current is null
            ? next(context)
            : RunAsync(context, next, headers, claims, remaining);
    };

    /// <summary>Sets the ambient value inside an async method, whose end takes it back: it cannot reach the next request of the connection.</summary>
    private async Task RunAsync(HttpContext context, RequestDelegate next, ImmutableArray<KeyValuePair<string, string>> headers, CarriedClaims? claims, TimeSpan? remaining)
    {
        var aborted = context.RequestAborted;
        var callerGone = options.CancelWithCaller ? aborted : CancellationToken.None;
        var call = new InboundCall(context.Response, remaining, time) { Headers = headers, Claims = claims?.Value, CallerToken = callerGone };

        // A gRPC server keeps the time of its calls itself, and ends them with their status.
        var deadline = remaining is null || GrpcReply.IsFor(context.Request) ? null : deadlines.Start(remaining, aborted);
        CallContext.Current = call;
        context.Response.OnStarting(InboundCall.OnStarting, call);
        try
        {
            if (deadline is not null)
            {
                context.RequestAborted = deadline.Token;
            }

            await next(context);
        }
        catch (Exception exception) when (deadline is { IsExpired: true } && !context.Response.HasStarted)
        {
            PropagationLog.TimeIsOver(logger, context.Request.Path, exception);
            await AnswerTimeIsOverAsync(context);
        }
        finally
        {
            if (!aborted.IsCancellationRequested && !(call.Remaining <= TimeSpan.Zero))
            {
                call.End();
            }

            if (deadline is not null)
            {
                context.RequestAborted = aborted;
                deadline.Dispose();
            }
        }
    }

    private static Task AnswerTimeIsOverAsync(HttpContext context)
    {
        RequestRecord.Mark(context, ResponseFlags.UpstreamRequestTimeout, RequestDetails.TimeIsOver);
        const string Text = "the time that the caller gave this request is over";
        context.Response.Clear();
        if (GrpcReply.IsFor(context.Request))
        {
            GrpcReply.Write(context.Response, GrpcStatusCode.DeadlineExceeded, Text);
            return Task.CompletedTask;
        }

        context.Response.StatusCode = StatusCodes.Status504GatewayTimeout;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(Text, CancellationToken.None);
    }
}
