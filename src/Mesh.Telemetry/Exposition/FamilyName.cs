using System.Collections.Frozen;

namespace Mesh.Telemetry.Exposition;

/// <summary>Makes Prometheus' names of OpenTelemetry's (OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility").</summary>
/// <param name="Base">Without the ending of a counter: OpenMetrics' name of the family.</param>
/// <param name="Unit">As a word, empty when there is none; the base ends with it.</param>
/// <param name="Ending">Of a counter.</param>
internal readonly record struct FamilyName(string Base, string Unit, string Ending = FamilyName.Total)
{
    private const string Total = "_total";

    private static readonly FrozenDictionary<string, string> Units = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["d"] = "days",
        ["h"] = "hours",
        ["min"] = "minutes",
        ["s"] = "seconds",
        ["ms"] = "milliseconds",
        ["us"] = "microseconds",
        ["ns"] = "nanoseconds",
        ["By"] = "bytes",
        ["KiBy"] = "kibibytes",
        ["MiBy"] = "mebibytes",
        ["GiBy"] = "gibibytes",
        ["KBy"] = "kilobytes",
        ["MBy"] = "megabytes",
        ["GBy"] = "gigabytes",
        ["%"] = "percent",
        ["Hz"] = "hertz",
        ["Cel"] = "celsius",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Rates = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["s"] = "second",
        ["m"] = "minute",
        ["min"] = "minute",
        ["h"] = "hour",
        ["d"] = "day",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The instrument's own name, without anything added: for names that others have chosen, as istiod's.</summary>
    public static FamilyName Exactly(string instrument) => new(Clean(instrument, isLabel: false), "", "");

    /// <summary>The name for an instrument.</summary>
    public static FamilyName Of(string instrument, string? unit, FamilyKind kind)
    {
        var name = Clean(instrument, isLabel: false);
        if (kind == FamilyKind.Counter && name.EndsWith(Total, StringComparison.Ordinal) && name.Length > Total.Length)
        {
            name = name[..^Total.Length];
        }

        var word = WordOf(unit, kind);
        if (word.Length > 0 && name != word && !name.EndsWith($"_{word}", StringComparison.Ordinal))
        {
            name = $"{name}_{word}";
        }

        return new FamilyName(name, word);
    }

    /// <summary>What the family is called in a text.</summary>
    public string In(ExpositionFormat format, FamilyKind kind) => kind == FamilyKind.Counter && format == ExpositionFormat.Text ? Base + Ending : Base;

    /// <summary>What a counter's sample is called in both texts.</summary>
    public string Sample(FamilyKind kind) => kind == FamilyKind.Counter ? Base + Ending : Base;

    /// <summary>Replaces what a name may not have by <c>_</c>; labels may not have colons.</summary>
    public static string Clean(string name, bool isLabel)
    {
        if (name.Length == 0)
        {
            return "_";
        }

        var isClean = IsLetter(name[0], isLabel) && name.All(character => IsLetter(character, isLabel) || char.IsAsciiDigit(character));
        if (isClean)
        {
            return name;
        }

        var text = new System.Text.StringBuilder(name.Length + 1);
        if (char.IsAsciiDigit(name[0]))
        {
            text.Append('_');
        }

        foreach (var character in name)
        {
            var isKept = IsLetter(character, isLabel) || char.IsAsciiDigit(character);
            if (isKept || text.Length == 0 || text[^1] != '_')
            {
                text.Append(isKept ? character : '_');
            }
        }

        return text.ToString();
    }

    private static bool IsLetter(char character, bool isLabel) => char.IsAsciiLetter(character) || character == '_' || (character == ':' && !isLabel);

    private static string WordOf(string? unit, FamilyKind kind)
    {
        // Annotations such as {request} count things and are no unit.
        var text = unit is null ? "" : Bare(unit);
        if (text is "1")
        {
            return kind == FamilyKind.Gauge ? "ratio" : "";
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && Rates.TryGetValue(text[(slash + 1)..], out var rate))
        {
            return $"{Units.GetValueOrDefault(text[..slash], Clean(text[..slash], isLabel: true))}_per_{rate}";
        }

        return Units.GetValueOrDefault(text) ?? (text.All(char.IsAsciiLetterOrDigit) ? text : "");
    }

    private static string Bare(string unit)
    {
        var open = unit.IndexOf('{', StringComparison.Ordinal);
        return open < 0 ? unit : unit.IndexOf('}', open) is > 0 and var close ? unit.Remove(open, close - open + 1) : unit[..open];
    }
}
