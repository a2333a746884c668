using System.Collections.Immutable;
using System.Diagnostics;
using Mesh.Client.Propagation;
using Mesh.Client.Propagation.Traces;

namespace Mesh.Client;

/// <summary>
/// What a request carries on, to be handed to work that runs where it does not flow by itself: through a <c>Channel</c>, a queue in memory, or to a <c>BackgroundService</c>.
/// Immutable; may be restored any number of times, by any thread.
/// </summary>
public sealed class MeshContextCapture
{
    private readonly CallContext? _context;

    private MeshContextCapture(CallContext? context, ActivityContext trace) => (_context, Trace) = (context, trace);

    /// <summary>Where in a trace the capture was made: the parent for spans that the application starts itself; default outside of a trace.</summary>
    public ActivityContext Trace { get; }

    /// <summary>
    /// Lets the code that follows, and what it starts, make its calls for the captured request: they carry its headers and go on with its trace. They are held neither by its deadline nor
    /// by the presence of its caller.
    /// </summary>
    /// <returns>Disposed by the code that called this, puts back what was before.</returns>
    public IDisposable Restore()
    {
        var restored = new RestoredContext(CallContext.Current, Activity.Current);
        CallContext.Current = _context?.Detach();
        Activity.Current = null;
        return restored;
    }

    internal static MeshContextCapture Create()
    {
        var (current, activity) = (CallContext.Current, Activity.Current);

        // An activity that nobody listens to leads nowhere: the caller's own position is the parent then.
        if (activity is { IdFormat: ActivityIdFormat.W3C } && activity.Source.Name.Length > 0)
        {
            return new MeshContextCapture(Move(current, activity.Context), activity.Context);
        }

        var trace = current is not null && TraceHeaders.TryRead(current.Find, out var parent) ? parent : default;
        return new MeshContextCapture(current, trace);
    }

    /// <summary>The same headers, at another position in the trace; in the formats that the request came with.</summary>
    private static CallContext Move(CallContext? current, ActivityContext trace)
    {
        var headers = (current?.Headers ?? []).ToBuilder();
        List<TraceFormat> formats = [TraceFormat.W3C];
        if (current?.Find(B3.Single) is not null)
        {
            formats.Add(TraceFormat.B3);
        }

        if (current?.Find(B3.Trace) is not null)
        {
            formats.Add(TraceFormat.B3Multi);
        }

        TraceHeaders.Write(headers, Set, trace, formats);
        return new CallContext { Headers = headers.ToImmutable(), Claims = current?.Claims };
    }

    private static void Set(ImmutableArray<KeyValuePair<string, string>>.Builder headers, string name, string? value)
    {
        if (value is not null)
        {
            headers.Add(new(name, value));
            return;
        }

        for (var index = headers.Count - 1; index >= 0; index--)
        {
            if (headers[index].Key == name)
            {
                headers.RemoveAt(index);
            }
        }
    }

    private sealed class RestoredContext(CallContext? context, Activity? activity) : IDisposable
    {
        public void Dispose()
        {
            CallContext.Current = context;
            Activity.Current = activity is { IsStopped: true } ? null : activity;
        }
    }
}
