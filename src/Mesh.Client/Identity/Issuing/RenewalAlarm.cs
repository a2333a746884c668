using Microsoft.Extensions.Logging;

namespace Mesh.Client.Identity.Issuing;

/// <summary>Tells people of renewals that fail, ever louder as the end of the certificate comes near, and once a step.</summary>
internal sealed class RenewalAlarm(string id, ILogger logger)
{
    private int _step;
    private string? _told;

    public void Reset() => (_step, _told) = (0, null);

    /// <param name="left">Share of the life that is left, 0 to 1.</param>
    /// <param name="end">Of the certificate; null while there has been none.</param>
    /// <param name="reason">Why the attempt failed.</param>
    /// <param name="pause">Until the next one.</param>
    public void Failed(double left, DateTimeOffset? end, string reason, TimeSpan pause)
    {
        if (end is not { } notAfter)
        {
            if (reason != _told)
            {
                IdentityLog.NotEnrolled(logger, id, reason, pause);
            }

            _told = reason;
            return;
        }

        IdentityLog.RenewalFailed(logger, id, reason, pause);
        var step = left switch { <= 0 => 4, <= 0.10 => 3, <= 0.25 => 2, _ => 1 };
        if (step <= _step)
        {
            return;
        }

        _step = step;
        switch (step)
        {
            case 4:
                IdentityLog.Expired(logger, id, notAfter, reason);
                break;
            case 3:
                IdentityLog.RenewalUrgent(logger, id, notAfter, left * 100, reason);
                break;
            default:
                IdentityLog.RenewalLate(logger, id, notAfter, left * 100, reason);
                break;
        }
    }
}
