using Mesh.Config.Decoding;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>Durations as GEP-2257 has them: one to four whole numbers with the units h, m, s and ms.</summary>
internal static class DurationRules
{
    private const int MostTerms = 4;
    private const int MostDigits = 5;

    /// <summary>Empty when unset.</summary>
    public static void Check(FieldScope scope, string text) =>
        scope.Require(text.Length == 0 || IsDuration(text), $"\"{text}\" must be a duration such as 500ms, 10s or 1h30m");

    public static bool IsDuration(string text)
    {
        var rest = text.AsSpan();
        var terms = 0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > MostDigits || ++terms > MostTerms)
            {
                return false;
            }

            var unit = rest[digits..].StartsWith("ms") ? 2 : rest[digits] is 'h' or 'm' or 's' ? 1 : 0;
            if (unit == 0)
            {
                return false;
            }

            rest = rest[(digits + unit)..];
        }

        return terms > 0;
    }

    /// <summary>The time, or null when the text is none.</summary>
    public static TimeSpan? Parse(string text) => IsDuration(text) && GoDuration.TryParse(text, out var duration) ? duration.ToTimeSpan() : null;
}
