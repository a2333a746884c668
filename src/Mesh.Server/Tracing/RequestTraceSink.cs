using System.Diagnostics;
using Mesh.Client.Model.Telemetry;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Propagation;
using Mesh.Client.Propagation.Traces;
using Mesh.Client.Tracing;
using Mesh.Server.AccessLogs;
using Mesh.Server.Reports;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Tracing;

/// <summary>Adds what the mesh knows to the server span that ASP.NET Core makes; makes one itself when it makes none that anybody sees.</summary>
internal sealed class RequestTraceSink(MeshTracer tracer, TelemetryPolicy policy, ProcessFacts facts) : IRequestSink
{
    public void Begin(RequestRecord record)
    {
        var side = policy.Current.Tracing.Server;
        var context = record.Context;
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { } activity && activity.Source.Name.Length > 0)
        {
            // Its own sampler has decided already; ours can only take away, and only what no caller has decided.
            if (activity is { Recorded: true, HasRemoteParent: false, Parent: null } && !tracer.Draws(side, RequestIdOf(context)))
            {
                activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
                activity.IsAllDataRequested = false;
            }

            record.Activity = activity;
            return;
        }

        if (tracer.IsListened && !side.IsDisabled)
        {
            StartOwn(record, side);
        }
    }

    public void End(RequestRecord record, in RequestReport report)
    {
        if (record.Activity is not { } activity)
        {
            return;
        }

        var side = policy.Current.Tracing.Server;
        if (activity.IsAllDataRequested && !side.IsDisabled)
        {
            RequestSpan.TagMesh(activity, record, report, side, tracer.Workload);
            foreach (var tag in side.CustomTags)
            {
                activity.SetTag(tag.Name, CustomTagValue.Find(tag, tracer.Environment, new RequestLogValues(record, report, facts)));
            }
        }

        if (record.OwnsActivity)
        {
            RequestSpan.TagRequest(activity, record, report, side);
            MeshTracer.Stop(activity);
        }
    }

    private void StartOwn(RequestRecord record, TracingSide side)
    {
        var headers = record.Context.Request.Headers;
        if (TraceHeaders.IsUnsampled(headers.TraceParent))
        {
            return;
        }

        if (!TraceHeaders.TryRead(name => headers[name], out var parent))
        {
            if (!tracer.Draws(side, RequestIdOf(record.Context)))
            {
                // The services that are called follow this decision.
                headers[TraceHeaders.Parent] = TraceHeaders.FormatParent(MeshTracer.Unsampled());
                return;
            }

            parent = default;
        }
        else if (!parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded))
        {
            return;
        }

        if (tracer.Start(ActivityKind.Server, RequestSpan.NameOf(record), parent) is { } activity)
        {
            record.Activity = activity;
            record.OwnsActivity = true;
            Activity.Current = activity;
        }
    }

    private static string? RequestIdOf(HttpContext context) => context.Request.Headers[RequestIds.Header];
}
