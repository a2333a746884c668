using System.Globalization;

namespace Mesh.Config.Objects.Selectors;

/// <summary>One condition on one label.</summary>
internal sealed record LabelRequirement(string Key, SelectorOperator Operator, IReadOnlyList<string> Values)
{
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var exists = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            SelectorOperator.In => exists && Values.Contains(value!, StringComparer.Ordinal),
            // A label that is absent is not one of the values (labels.Requirement).
            SelectorOperator.NotIn => !exists || !Values.Contains(value!, StringComparer.Ordinal),
            SelectorOperator.Exists => exists,
            SelectorOperator.Absent => !exists,
            SelectorOperator.Greater => exists && TryNumber(value!, out var number) && number > Number(Values[0]),
            _ => exists && TryNumber(value!, out var number) && number < Number(Values[0]),
        };
    }

    internal static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
