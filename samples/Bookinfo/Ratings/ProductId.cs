using System.Globalization;

namespace Bookinfo.Ratings;

/// <summary>Reads the product from a path the way upstream does: the number at the start of the last segment.</summary>
internal static class ProductId
{
    public static int? Parse(PathString path)
    {
        var segment = path.Value!.AsSpan();
        segment = segment[(segment.LastIndexOf('/') + 1)..].TrimStart();
        var digits = segment.Length > 0 && segment[0] is '-' or '+' ? 1 : 0;
        while (digits < segment.Length && char.IsAsciiDigit(segment[digits]))
        {
            digits++;
        }

        return int.TryParse(segment[..digits], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) ? id : null;
    }
}
