using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>When and how often an attempt is repeated.</summary>
internal sealed record RetryPolicy
{
    public static readonly TimeSpan DefaultBaseInterval = TimeSpan.FromMilliseconds(25);

    public RetryConditions Conditions { get; init; }

    /// <summary>Attempts after the first.</summary>
    public int MaxRetries { get; init; } = 1;

    /// <summary>For <see cref="RetryConditions.StatusCodes"/>.</summary>
    public ImmutableArray<int> StatusCodes { get; init; } = [];

    /// <summary>For <see cref="RetryConditions.Headers"/>: one must hold.</summary>
    public ImmutableArray<HeaderMatch> ResponseHeaders { get; init; } = [];

    /// <summary>Only requests that meet one of these are repeated; none means all.</summary>
    public ImmutableArray<HeaderMatch> RequestHeaders { get; init; } = [];

    /// <summary>From the start of an attempt to its response headers; null means the time of the whole call.</summary>
    public TimeSpan? AttemptTimeout { get; init; }

    /// <summary>How long an attempt may stand still before its response headers; null means no limit.</summary>
    public TimeSpan? AttemptIdleTimeout { get; init; }

    /// <summary>The shorter of the two: until the headers an attempt that is not over stands still.</summary>
    public TimeSpan? TimeToHeaders => AttemptTimeout is null || AttemptIdleTimeout < AttemptTimeout ? AttemptIdleTimeout : AttemptTimeout;

    /// <summary>The backoff before the first retry is drawn below this; it doubles from there.</summary>
    public TimeSpan BaseInterval { get; init; } = DefaultBaseInterval;

    public TimeSpan MaxInterval { get; init; } = DefaultBaseInterval * 10;

    /// <summary>Null when what an endpoint says of its own recovery is not listened to.</summary>
    public RateLimitedBackoff? RateLimited { get; init; }

    /// <summary>How often an endpoint that was tried before is passed over; 0 when it may be tried again.</summary>
    public int MaxReselections { get; init; }

    /// <summary>A retry goes to a priority that was not tried before.</summary>
    public bool AvoidPreviousPriorities { get; init; }
}
