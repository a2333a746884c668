using System.Security.Cryptography.X509Certificates;
using Mesh.ControlPlane.Authority.Roots;

namespace Mesh.ControlPlane.Authority;

/// <summary>Does what the clock asks for once a minute, and warns once a day of what nobody but a person can renew.</summary>
internal sealed class AuthorityUpkeep : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WarnEvery = TimeSpan.FromDays(1);

    private readonly Action _renew;
    private readonly Func<Hierarchy> _hierarchy;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;

    // Guarded by _lock.
    private DateTimeOffset _warnAt;

    public AuthorityUpkeep(Action renew, Func<Hierarchy> hierarchy, TimeProvider time, ILogger logger)
    {
        (_renew, _hierarchy, _time, _logger) = (renew, hierarchy, time, logger);
        Warn();
        _timer = time.CreateTimer(static state => ((AuthorityUpkeep)state!).Run(), this, Interval, Interval);
    }

    public void Dispose() => _timer.Dispose();

    private void Run()
    {
        // A run that takes long is not joined by the next.
        if (!_lock.TryEnter())
        {
            return;
        }

        try
        {
            _renew();
            Warn();
        }
        catch (Exception exception)
        {
            AuthorityLog.UpkeepFailed(_logger, exception);
        }
        finally
        {
            _lock.Exit();
        }
    }

    private void Warn()
    {
        var now = _time.GetUtcNow();
        if (now < _warnAt)
        {
            return;
        }

        _warnAt = now + WarnEvery;
        var hierarchy = _hierarchy();
        Warn(hierarchy.IssuingRoot.Certificate, percent: 80, now, "add a new root, reissue, and drop the old (docs/authority.md)");
        if (hierarchy.IssuingRoot.Key is null)
        {
            Warn(hierarchy.Current.Certificate, percent: 50, now, "plug in a new intermediate of the same root (docs/authority.md)");
        }
    }

    private void Warn(X509Certificate2 certificate, int percent, DateTimeOffset now, string remedy)
    {
        var life = certificate.NotAfter - certificate.NotBefore;
        if (now >= certificate.NotBefore + (life * (percent / 100.0)))
        {
            AuthorityLog.Ends(_logger, certificate.Subject, certificate.NotAfter.ToUniversalTime(), percent, remedy);
        }
    }
}
