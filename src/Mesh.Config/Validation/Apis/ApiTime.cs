using System.Globalization;

namespace Mesh.Config.Validation.Apis;

/// <summary>Reads the moments of API resources: a date, which begins at midnight UTC, or a time with its offset (RFC 3339).</summary>
internal static class ApiTime
{
    public const string Expected = "expected a date such as 2027-01-31 or a time such as 2027-01-31T12:00:00Z";

    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static bool TryParse(string text, out DateTimeOffset moment)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            moment = new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
            return true;
        }

        // Without an offset nobody can tell which moment is meant.
        var hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        return DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.None, out moment) && hasOffset;
    }

    /// <summary>Of a field that validation has seen.</summary>
    public static DateTimeOffset Parse(string text) => TryParse(text, out var moment) ? moment : throw new FormatException($"{Expected}, got '{text}'");
}
