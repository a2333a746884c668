using System.Diagnostics;
using Mesh.Client.Model;
using Mesh.Client.Model.Telemetry;
using Mesh.Client.Pipeline.AccessLogs;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Propagation;
using Mesh.Client.Propagation.Traces;
using Mesh.Client.Tracing;

namespace Mesh.Client.Pipeline.Tracing;

/// <summary>Makes a client span of each logical call, with its attempts below it when there is more than one, and tells the callee its place in the trace.</summary>
internal sealed class CallTraceSink(MeshTracer tracer, TelemetryPolicy policy, ProcessFacts facts) : IAttemptSink
{
    public void Begin(OutboundCall call)
    {
        // What goes outside of the mesh is HttpClient's own affair.
        if (!tracer.IsListened || call.Destination.Status is DestinationStatus.Unknown || policy.Current.Tracing.Client is not { IsDisabled: false } side)
        {
            return;
        }

        var own = LiveActivity.Current;
        if (own is null && TraceHeaders.IsUnsampled(call.Context?.Find(TraceHeaders.Parent)))
        {
            return;
        }

        var parent = FindParent(call, own);
        if (parent == default)
        {
            if (!tracer.Draws(side, RequestIdOf(call)))
            {
                TellUnsampled(call, side);
                return;
            }
        }
        else if (!parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded))
        {
            // Decided before: what is there flows on as it is.
            return;
        }

        call.Record!.Activity = tracer.Start(ActivityKind.Client, CallSpan.NameOf(call), parent);
    }

    public void BeginAttempt(OutboundCall call)
    {
        var record = call.Record!;
        if (record.Activity is not { } activity)
        {
            if (call.Destination.Status is not DestinationStatus.Unknown && !policy.Current.Tracing.Client.Propagates)
            {
                RemoveContext(call);
            }

            return;
        }

        // The first attempt is the call itself; only what comes after it, and what runs beside it, needs a span of its own.
        if (record.Hedge is not null || record.Attempts > 1)
        {
            activity = record.Attempt = tracer.Start(ActivityKind.Client, CallSpan.NameOf(call), activity.Context) ?? activity;
        }

        // In the asynchronous method of the attempts: current for the connection below, and for nobody above.
        Activity.Current = activity;
        var side = policy.Current.Tracing.Client;
        if (side.Propagates)
        {
            Tell(call, activity.Context, side);
        }
        else
        {
            RemoveContext(call);
        }
    }

    public void EndAttempt(OutboundCall call, in AttemptOutcome outcome, bool isRepeated)
    {
        if (call.Record is not { Activity: { } activity } record)
        {
            return;
        }

        if (record.Attempt is { } attempt && !ReferenceEquals(attempt, activity))
        {
            record.Attempt = null;
            CallSpan.EndAttempt(attempt, call, outcome);
        }
        else if (isRepeated && record.Hedge is null && activity.IsAllDataRequested)
        {
            // It turns out to be one of several: its span is made now, and begins when it did.
            var start = activity.StartTimeUtc + facts.Time.GetElapsedTime(record.Start, call.AttemptStart);
            if (tracer.Start(ActivityKind.Client, CallSpan.NameOf(call), activity.Context, start) is { } first)
            {
                CallSpan.EndAttempt(first, call, outcome);
            }
        }

        if (activity.IsAllDataRequested)
        {
            CallSpan.AddEvents(activity, call, outcome, isRepeated);
        }
    }

    public void End(OutboundCall call, in CallReport report)
    {
        if (call.Record is not { Activity: { } activity })
        {
            return;
        }

        if (activity.IsAllDataRequested)
        {
            var side = policy.Current.Tracing.Client;
            CallSpan.Tag(activity, call, report, side, tracer.Workload);
            foreach (var tag in side.CustomTags)
            {
                activity.SetTag(tag.Name, CustomTagValue.Find(tag, tracer.Environment, new CallLogValues(call, report, facts)));
            }
        }

        MeshTracer.Stop(activity);
    }

    /// <summary>The span of the application's own code first, then what the caller of the request being served has said.</summary>
    private static ActivityContext FindParent(OutboundCall call, Activity? own) =>
        own is { IdFormat: ActivityIdFormat.W3C } ? own.Context
        : call.Context is { } context && TraceHeaders.TryRead(context.Find, out var parent) ? parent
        : default;

    private static string? RequestIdOf(OutboundCall call) =>
        call.Request.Headers.NonValidated.TryGetValues(RequestIds.Header, out var values) ? values.ToString() : call.Context?.Find(RequestIds.Header);

    private void TellUnsampled(OutboundCall call, TracingSide side)
    {
        if (side.Propagates && !call.Request.Headers.NonValidated.Contains(TraceHeaders.Parent))
        {
            TraceHeaders.Write(call.Request, Set, MeshTracer.Unsampled(), tracer.FormatsFor(side, FindIn(call)));
        }
    }

    private void Tell(OutboundCall call, in ActivityContext position, TracingSide side) =>
        TraceHeaders.Write(call.WireRequest, Set, position, tracer.FormatsFor(side, FindIn(call)));

    private static void RemoveContext(OutboundCall call) => TraceHeaders.Write(call.WireRequest, Set, default, []);

    private static Func<string, string?> FindIn(OutboundCall call) => call.Context is { } context ? context.Find : static _ => null;

    private static void Set(HttpRequestMessage request, string name, string? value)
    {
        if (value is null)
        {
            request.Headers.Remove(name);
        }
        else
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
