using Mesh.Client.Health.Checks;
using Mesh.Client.Health.Outliers;
using Mesh.Client.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Health;

/// <summary>The one place where every change of an endpoint's health is told.</summary>
/// <remarks>Messages are bounded in number: a flapping cluster must not fill the log.</remarks>
internal sealed class HealthEvents(TimeProvider time, ILogger<HealthEvents> logger)
{
    private const int MaxInWindow = 20;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly long[] _ejections = new long[Enum.GetValues<EjectionReason>().Length];
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private long _windowStart = time.GetTimestamp();
    private int _inWindow;
    private int _suppressed;

    /// <summary>Endpoints that were ejected for a reason since the start.</summary>
    public long CountOf(EjectionReason reason) => Volatile.Read(ref _ejections[(int)reason]);

    public void Ejected(string cluster, EndpointAddress address, EjectionReason reason, TimeSpan duration)
    {
        Interlocked.Increment(ref _ejections[(int)reason]);
        if (MayTell())
        {
            HealthLog.Ejected(logger, address, cluster, reason, duration);
        }
    }

    public void Unejected(string cluster, EndpointAddress address, TimeSpan after)
    {
        if (MayTell())
        {
            HealthLog.Unejected(logger, address, cluster, after);
        }
    }

    /// <summary>An endpoint should have been ejected, but too many are already.</summary>
    public void EjectionLimited(string cluster, EndpointAddress address, EjectionReason reason, int ejected) =>
        HealthLog.EjectionLimited(logger, address, cluster, reason, ejected);

    public void CheckFailed(string cluster, EndpointAddress address, ProbeResult result)
    {
        if (MayTell())
        {
            HealthLog.Unhealthy(logger, address, cluster, result.Kind, result.Detail);
        }
    }

    public void CheckPassed(string cluster, EndpointAddress address)
    {
        if (MayTell())
        {
            HealthLog.Healthy(logger, address, cluster);
        }
    }

    private bool MayTell()
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(_windowStart) >= Window)
            {
                if (_suppressed > 0)
                {
                    HealthLog.Suppressed(logger, _suppressed, Window);
                }

                (_windowStart, _inWindow, _suppressed) = (time.GetTimestamp(), 0, 0);
            }

            if (_inWindow < MaxInWindow)
            {
                _inWindow++;
                return true;
            }

            _suppressed++;
            return false;
        }
    }
}
