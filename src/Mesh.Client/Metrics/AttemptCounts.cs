using System.Diagnostics.Metrics;
using Mesh.Client.Model;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Metrics;

/// <summary>Counts attempts by what they came to, and retries: <c>mesh.client.attempts{outcome}</c>, <c>mesh.client.retries{reason,decision}</c>.</summary>
internal sealed class AttemptCounts
{
    private const int Classes = 6;
    private const string Retried = "retried";
    private const string LimitReached = "limit_reached";

    private static readonly string[] Names =
    [
        "other", "1xx", "2xx", "3xx", "4xx", "5xx",
        .. Enum.GetValues<LocalOrigin>().Select(origin => origin is LocalOrigin.None ? "other" : NameOf(origin)),
    ];

    private readonly long[] _attempts = new long[Names.Length];
    private readonly long[] _retries = new long[Names.Length];
    private long _limitReached;

    public AttemptCounts(IMeterFactory? meters)
    {
        var meter = meters?.Create(MeshTelemetry.MeterName) ?? new Meter(MeshTelemetry.MeterName);
        meter.CreateObservableCounter("mesh.client.attempts", () => Observe(_attempts, static outcome => [new("outcome", outcome)]), "{attempt}", "Attempts at endpoints, by what they came to.");
        meter.CreateObservableCounter(
            "mesh.client.retries",
            () => Observe(_retries, static reason => [new("reason", reason), new("decision", Retried)])
                .Append(new Measurement<long>(Volatile.Read(ref _limitReached), new("reason", "any"), new KeyValuePair<string, object?>("decision", LimitReached))),
            "{attempt}",
            "Attempts that were repeated, by why, and calls that would have been had the policy allowed one more.");
    }

    /// <param name="outcome">Of an attempt.</param>
    /// <param name="isRepeated">Whether another one follows.</param>
    public void Count(in AttemptOutcome outcome, bool isRepeated)
    {
        var index = outcome.LocalOrigin is LocalOrigin.None
            ? outcome.HttpStatus / 100 is >= 1 and < Classes and var status ? status : 0
            : Classes + (int)outcome.LocalOrigin;
        Interlocked.Increment(ref _attempts[index]);
        if (isRepeated)
        {
            Interlocked.Increment(ref _retries[index]);
        }
    }

    /// <summary>A call has failed that would have been repeated once more.</summary>
    public void CountLimit() => Interlocked.Increment(ref _limitReached);

    private static IEnumerable<Measurement<long>> Observe(long[] counts, Func<string, KeyValuePair<string, object?>[]> tags)
    {
        for (var index = 0; index < counts.Length; index++)
        {
            if (Volatile.Read(ref counts[index]) is > 0 and var count)
            {
                yield return new Measurement<long>(count, tags(Names[index]));
            }
        }
    }

    private static string NameOf(LocalOrigin origin) =>
        string.Concat(origin.ToString().Select((letter, index) => char.IsAsciiLetterUpper(letter) ? (index > 0 ? "_" : "") + char.ToLowerInvariant(letter) : $"{letter}"));
}
