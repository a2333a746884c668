using System.Collections.Immutable;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Reports;

/// <summary>Hands the reports of calls to the sinks of the process.</summary>
/// <remarks>A process without sinks has no reporter: nothing is measured.</remarks>
internal sealed class CallReporter
{
    private readonly ICallSink[] _sinks;
    private readonly IAttemptSink[] _attemptSinks;

    private CallReporter(ImmutableArray<ICallSink> sinks, TimeProvider time, PeerIdentity? identity)
    {
        Identity = identity;
        _sinks = [.. sinks];
        _attemptSinks = [.. sinks.OfType<IAttemptSink>()];
        Time = time;
    }

    public TimeProvider Time { get; }

    /// <summary>What calls say of this process; null for nothing.</summary>
    public PeerIdentity? Identity { get; }

    /// <summary>Null when there is nobody to tell.</summary>
    public static CallReporter? Create(IEnumerable<ICallSink> sinks, TimeProvider time, PeerIdentity? identity = null)
    {
        ImmutableArray<ICallSink> all = [.. sinks];
        return all.IsEmpty && identity is null ? null : new CallReporter(all, time, identity);
    }

    public void Begin(OutboundCall call)
    {
        foreach (var sink in _sinks)
        {
            sink.Begin(call);
        }
    }

    public void BeginAttempt(OutboundCall call)
    {
        foreach (var sink in _attemptSinks)
        {
            sink.BeginAttempt(call);
        }
    }

    public void EndAttempt(OutboundCall call, in AttemptOutcome outcome, bool isRepeated)
    {
        foreach (var sink in _attemptSinks)
        {
            sink.EndAttempt(call, outcome, isRepeated);
        }
    }

    public void End(OutboundCall call, in CallReport report)
    {
        foreach (var sink in _sinks)
        {
            sink.End(call, report);
        }
    }
}
