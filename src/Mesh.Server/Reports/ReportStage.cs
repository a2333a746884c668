using System.Globalization;
using Mesh.Client.Model;
using Mesh.Client.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Reports;

/// <summary>Stage: tells the sinks of the process of every request, refused ones too; without sinks it is not there.</summary>
internal sealed class ReportStage(IEnumerable<IRequestSink> sinks, TimeProvider time)
{
    private const string GrpcStatus = "grpc-status";

    private readonly IRequestSink[] _sinks = [.. sinks];

    public RequestDelegate Wrap(RequestDelegate next) => _sinks.Length == 0 ? next : context => Run(context, next);

    /// <summary>Most requests need no state machine of this stage's own: those that are answered at once.</summary>
    private Task Run(HttpContext context, RequestDelegate next)
    {
        var record = new RequestRecord(context, time.GetTimestamp());
        foreach (var sink in _sinks)
        {
            sink.Begin(record);
        }

        Task served;
        try
        {
            served = next(context);
        }
        catch (Exception exception)
        {
            End(record, exception);
            throw;
        }

        if (!served.IsCompletedSuccessfully)
        {
            return WaitAsync(record, served);
        }

        End(record, error: null);
        return served;
    }

    private async Task WaitAsync(RequestRecord record, Task served)
    {
        try
        {
            await served;
        }
        catch (Exception exception)
        {
            End(record, exception);
            throw;
        }

        End(record, error: null);
    }

    private void End(RequestRecord record, Exception? error)
    {
        record.Detach();
        var report = Report(record, error);
        foreach (var sink in _sinks)
        {
            sink.End(record, report);
        }
    }

    private RequestReport Report(RequestRecord record, Exception? error)
    {
        var response = record.Context.Response;

        // A caller who leaves once he has all of his answer has not left early.
        var isGone = record.Context.RequestAborted.IsCancellationRequested && (error is not null || !response.HasStarted);
        return new RequestReport
        {
            Duration = time.GetElapsedTime(record.Start),
            HttpStatus = isGone && !response.HasStarted ? 0 : StatusOf(response, error),
            GrpcStatus = record.IsGrpc && !isGone ? GrpcStatusOf(record.Context, error) : AttemptOutcome.NoGrpcStatus,
            Flags = record.Flags ?? (isGone ? ResponseFlags.DownstreamConnectionTermination : ResponseFlags.None),
            Details = record.Details ?? (isGone ? RequestDetails.DownstreamDisconnect : RequestDetails.ViaUpstream),
            RequestBytes = record.RequestBytes,
            ResponseBytes = record.ResponseBytes,
            RequestMessages = record.RequestMessages,
            ResponseMessages = record.ResponseMessages,
            Error = error,
        };
    }

    // What nobody has caught so far becomes 500, unless a middleware before the mesh knows better.
    private static int StatusOf(HttpResponse response, Exception? error) => error switch
    {
        null => response.StatusCode,
        _ when response.HasStarted => response.StatusCode,
        BadHttpRequestException bad => bad.StatusCode,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static int GrpcStatusOf(HttpContext context, Exception? error)
    {
        // gRPC's servers write the status into the trailers, and into the headers where there is nothing else to say.
        var trailers = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        var text = trailers is not null && trailers.TryGetValue(GrpcStatus, out var trailer) ? trailer : context.Response.Headers[GrpcStatus];
        const int Unknown = 2;
        return text.Count == 0 ? (error is null ? AttemptOutcome.NoGrpcStatus : Unknown)
            : int.TryParse(text.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : Unknown;
    }
}
