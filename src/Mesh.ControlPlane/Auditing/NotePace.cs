using System.Globalization;

namespace Mesh.ControlPlane.Auditing;

/// <summary>Keeps a flood of events that anybody can cause from filling the log: so many a second are written, the rest is counted.</summary>
internal sealed class NotePace(TimeProvider time, int perSecond)
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private long _second;
    private int _written;
    private long _skipped;

    /// <summary>What to write for an event, the count of those left out before it included; null nothing for one too many.</summary>
    public AuditEvent[] Admit(AuditEvent what)
    {
        lock (_lock)
        {
            var second = time.GetUtcNow().ToUnixTimeSeconds();
            if (second != _second)
            {
                (_second, _written) = (second, 0);
            }

            if (_written == perSecond)
            {
                _skipped++;
                return [];
            }

            _written++;
            if (_skipped == 0)
            {
                return [what];
            }

            var reason = string.Create(CultureInfo.InvariantCulture, $"{_skipped} more were not written one by one");
            _skipped = 0;
            return [new AuditEvent(AuditAction.Suppressed, "-", "-", "-") { Reason = reason }, what];
        }
    }

    /// <summary>Counts one that could not be written.</summary>
    public void Skip()
    {
        lock (_lock)
        {
            _skipped++;
        }
    }
}
