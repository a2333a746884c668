using Mesh.ControlPlane.Generation;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Serving.Sessions;

/// <summary>Keeps a freshly started control plane from taking endpoints from clients that are quicker to reconnect than the workloads they call.</summary>
/// <remarks>
/// Only clients are guarded that hold something from an earlier stream, so that a first start waits for nobody. They go on with what they
/// have; withheld is the answer alone.
/// </remarks>
internal sealed class RestartGuard : IDisposable
{
    /// <summary>Longer than the longest pause between two attempts of a client (gRPC connection-backoff.md: 120 s and 20 %).</summary>
    public static readonly TimeSpan LongestReturn = TimeSpan.FromSeconds(150);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly TimeSpan _settling;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Action _phaseChanged;
    private readonly ITimer _timer;

    /// <param name="settling">How long everything that differs is withheld; zero turns the guard off.</param>
    /// <param name="time">The clock, which starts now.</param>
    /// <param name="phaseChanged">Called when a phase is over and streams have to look again.</param>
    public RestartGuard(TimeSpan settling, TimeProvider time, Action phaseChanged)
    {
        (_settling, _time, _phaseChanged) = (settling, time, phaseChanged);
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(static guard => ((RestartGuard)guard!).OnTimer(), this, settling == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : settling, Timeout.InfiniteTimeSpan);
    }

    public RestartPhase Phase
    {
        get
        {
            var passed = _time.GetElapsedTime(_start);
            return _settling == TimeSpan.Zero || (passed >= _settling && passed >= LongestReturn) ? RestartPhase.Over
                : passed < _settling ? RestartPhase.Settling
                : RestartPhase.Returning;
        }
    }

    /// <summary>Whether a client is better off with what it holds than with what this control plane knows so far.</summary>
    /// <param name="typeUrl">The type of the resource.</param>
    /// <param name="resource">What is known now, which is not what the client holds; null when there is nothing.</param>
    public bool Withholds(string typeUrl, GeneratedResource? resource) => Phase switch
    {
        // A service may exist by its workloads' registration alone, hence its listener, routes and clusters too.
        RestartPhase.Settling => resource is null || typeUrl == XdsTypeUrl.ClusterLoadAssignment,

        // The last endpoints of a service are worth keeping longer: were they gone, its callers would fail either way.
        RestartPhase.Returning => typeUrl == XdsTypeUrl.ClusterLoadAssignment && resource is { IsWithoutEndpoints: true },
        _ => false,
    };

    /// <summary>Whether a client that was in the mesh before goes on better without what it has never had: its routes change when the endpoints are there.</summary>
    /// <param name="typeUrl">The type of the resource.</param>
    /// <param name="resource">What is known now; null when there is nothing.</param>
    public bool WithholdsNew(string typeUrl, GeneratedResource? resource) =>
        Phase is RestartPhase.Settling && typeUrl == XdsTypeUrl.ClusterLoadAssignment && resource is { IsWithoutEndpoints: true };

    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        var phase = Phase;
        if (phase != RestartPhase.Over)
        {
            // A timer may be a moment early: then the same phase is waited for again.
            var left = (phase == RestartPhase.Settling ? _settling : LongestReturn) - _time.GetElapsedTime(_start);
            _timer.Change(left > Tick ? left : Tick, Timeout.InfiniteTimeSpan);
        }

        _phaseChanged();
    }
}
