using System.Collections.Immutable;
using System.Diagnostics;
using Mesh.Client.Model.Telemetry;
using Mesh.Client.Propagation.Traces;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Tracing;

/// <summary>Makes the mesh's spans, on both sides; nothing is made while nobody listens or a request is not sampled.</summary>
internal sealed class MeshTracer(TracedWorkload workload, IEnumerable<TraceFormat> formats, Func<string, string?> environment, Random random) : IDisposable
{
    private readonly ActivitySource _source = new(MeshTelemetry.ActivitySourceName, typeof(MeshTracer).Assembly.GetName().Version?.ToString(3));
    private readonly ImmutableArray<TraceFormat> _formats = [.. formats.DefaultIfEmpty(TraceFormat.W3C).Distinct()];

    /// <summary>Whether anybody wants spans of the mesh.</summary>
    public bool IsListened => _source.HasListeners();

    public TracedWorkload Workload => workload;

    /// <summary>Whether a source is this one: others of the process may have its name.</summary>
    public bool Owns(ActivitySource source) => ReferenceEquals(source, _source);

    /// <summary>Of the variables that may leave the process.</summary>
    public Func<string, string?> Environment => environment;

    /// <summary>Whether a request is traced that nobody has decided about before.</summary>
    public bool Draws(TracingSide side, string? requestId) => TraceSampler.Draws(side, requestId, random);

    /// <summary>Begins a span; null when the listeners do not want this one. What is current stays as it is.</summary>
    /// <param name="kind">Which side.</param>
    /// <param name="name">Of few different ones.</param>
    /// <param name="parent">Default for the beginning of a trace.</param>
    /// <param name="start">Default for now.</param>
    public Activity? Start(ActivityKind kind, string name, ActivityContext parent, DateTimeOffset start = default)
    {
        var current = Activity.Current;
        if (parent == default)
        {
            // An activity for logs alone would become the parent, which nobody ever sees.
            Activity.Current = null;
        }

        try
        {
            return _source.StartActivity(kind, parent, startTime: start, name: name);
        }
        finally
        {
            Activity.Current = current;
        }
    }

    /// <summary>Ends a span; what is current stays as it is, as another may be by now.</summary>
    public static void Stop(Activity activity)
    {
        var current = Activity.Current;
        activity.Stop();
        Activity.Current = ReferenceEquals(current, activity) ? activity.Parent : current is { IsStopped: true } ? null : current;
    }

    /// <summary>The formats in which a position in a trace is told on.</summary>
    /// <param name="side">The policy.</param>
    /// <param name="find">Gives the headers of the request being served, whose formats are kept.</param>
    public IEnumerable<TraceFormat> FormatsFor(TracingSide side, Func<string, string?> find)
    {
        var hasSingle = find(B3.Single) is not null;
        var hasMulti = side.TellsB3 || find(B3.Trace) is not null;
        return hasSingle || hasMulti
            ? _formats.Concat(hasSingle ? [TraceFormat.B3] : []).Concat(hasMulti ? [TraceFormat.B3Multi] : []).Distinct()
            : _formats;
    }

    /// <summary>A position that is not sampled, for callees to follow: they draw no second time.</summary>
    public static ActivityContext Unsampled() => new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None);

    public void Dispose() => _source.Dispose();
}
