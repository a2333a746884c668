using Google.Protobuf.WellKnownTypes;

namespace Mesh.Config.Validation.Rules;

/// <summary>Ports, durations, percentages and weights.</summary>
internal static class ValueRules
{
    private const int NanosecondsPerMillisecond = 1_000_000;

    public static void Port(FieldScope scope, long port) =>
        scope.Require(port is >= 1 and <= 65535, $"port must be between 1 and 65535, found {port}");

    public static void NotNegative(FieldScope scope, long value) =>
        scope.Require(value >= 0, $"must not be negative, found {value}");

    public static void Percent(FieldScope scope, double value) =>
        scope.Require(value is >= 0 and <= 100, $"must be between 0 and 100, found {value}");

    /// <summary>Fault percentages end at Envoy's resolution of a millionth.</summary>
    public static void FaultPercent(FieldScope scope, double value) =>
        scope.Require(value is 0 or (>= 0.0001 and <= 100), $"must be 0 or between 0.0001 and 100, found {value}");

    /// <summary>At least 1 ms and whole milliseconds; an unset duration is fine.</summary>
    public static void Duration(FieldScope scope, Duration? value, bool zeroAllowed = false)
    {
        if (value is null || (zeroAllowed && value is { Seconds: 0, Nanos: 0 }))
        {
            return;
        }

        if (value.Seconds < 0 || value.Nanos < 0 || value is { Seconds: 0, Nanos: < NanosecondsPerMillisecond })
        {
            scope.Error("the duration must be at least 1ms");
        }
        else
        {
            scope.Require(value.Nanos % NanosecondsPerMillisecond == 0, "the duration must be in whole milliseconds");
        }
    }

    public static void OneOf(FieldScope scope, string value, params ReadOnlySpan<string> allowed) =>
        scope.Require(allowed.Contains(value), $"\"{value}\" is not one of {string.Join(", ", allowed.ToArray().Select(name => name.Length == 0 ? "(empty)" : name))}");

    /// <summary>How many items a list has.</summary>
    public static void Count(FieldScope scope, int count, int least, int most) => scope.Require(
        count >= least && count <= most, least == 0 ? $"at most {most} entries, found {count}" : $"expected {least} to {most} entries, found {count}");

    public static void Length(FieldScope scope, string text, int least, int most) => scope.Require(
        text.Length >= least && text.Length <= most, least == 0 ? $"at most {most} characters, found {text.Length}" : $"expected {least} to {most} characters, found {text.Length}");

    /// <summary>No value of a list twice.</summary>
    public static void Distinct(FieldScope scope, string field, IReadOnlyList<string> values)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        scope.Each(field, values, (item, value) => item.Require(seen.Add(value), $"\"{value}\" is there twice"));
    }
}
