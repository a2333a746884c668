namespace Mesh.Client.Identity.Issuing;

/// <summary>Says when the next certificate is asked for: at half of life, and after failures ever more slowly, but often enough to end well.</summary>
/// <remarks>All times are of the wall clock, as certificates are: whoever waits must look at it again and again, since machines sleep and clocks are set.</remarks>
internal sealed class RotationSchedule(Random random)
{
    private const double Jitter = 0.01;
    private const double BackoffFactor = 1.6;
    private const double BackoffJitter = 0.2;

    private static readonly TimeSpan BackoffBase = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BackoffCap = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BackoffFloor = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxRootDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    private DateTimeOffset _obtained;
    private DateTimeOffset? _end;

    /// <summary>Attempts that failed since the last success.</summary>
    public int Failures { get; private set; }

    public DateTimeOffset Due { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Counted from now, not from when the certificate was dated back to; Istio's 0.5 ± 0.01 (<c>SECRET_GRACE_PERIOD_RATIO</c>).</summary>
    public void Obtained(DateTimeOffset now, DateTimeOffset notAfter)
    {
        (_obtained, _end, Failures) = (now, notAfter, 0);
        Due = now + ((notAfter - now) * (0.5 + (((random.NextDouble() * 2) - 1) * Jitter)));
    }

    public void Failed(DateTimeOffset now)
    {
        Failures++;
        _obtained = _obtained < now ? _obtained : now;
        var pause = BackoffBase * Math.Pow(BackoffFactor, Math.Min(Failures - 1, 20));
        pause = pause < BackoffCap ? pause : BackoffCap;

        // A certificate of seconds leaves no time for pauses of seconds: about ten attempts before its end.
        if (_end is { } end && end > now && (end - now) / 10 < pause)
        {
            pause = (end - now) / 10;
        }

        pause *= 1 + (((random.NextDouble() * 2) - 1) * BackoffJitter);
        Due = now + (pause > BackoffFloor ? pause : BackoffFloor);
    }

    /// <summary>Before its time, because the mesh issues from another root now; spread, so that not all ask at once.</summary>
    public void Hurry(DateTimeOffset now)
    {
        var spread = _end is { } end ? (end - _obtained) / 10 : TimeSpan.Zero;
        var due = now + ((spread < MaxRootDelay ? spread : MaxRootDelay) * random.NextDouble());
        Due = due < Due ? due : Due;
    }

    /// <summary>A clock that was set back would put off the renewal of a certificate whose end others see coming.</summary>
    public bool IsDue(DateTimeOffset now) => now >= Due || (_end is not null && now < _obtained - ClockTolerance);

    /// <summary>How much of the life is left, 0 to 1; 1 without a certificate.</summary>
    public double Left(DateTimeOffset now) =>
        _end is { } end && end > _obtained ? Math.Clamp((end - now) / (end - _obtained), 0, 1) : 1;
}
