using System.Text;
using System.Text.Json;

namespace Mesh.Config.Objects.Selectors;

/// <summary>A field selector as it stands in a query, such as <c>metadata.name=reviews,status.phase!=Running</c>.</summary>
internal sealed class FieldSelector
{
    private FieldSelector(string text, IReadOnlyList<FieldRequirement> requirements)
    {
        Text = text;
        Requirements = requirements;
    }

    /// <summary>Selects everything.</summary>
    public static FieldSelector Everything { get; } = new("", []);

    /// <summary>All must hold.</summary>
    public IReadOnlyList<FieldRequirement> Requirements { get; }

    public bool IsEverything => Requirements.Count == 0;

    private string Text { get; }

    /// <exception cref="SelectorException">Not a selector.</exception>
    public static FieldSelector Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return Everything;
        }

        // Kubernetes passes over empty terms ("a=b,").
        return new FieldSelector(text, [.. Terms(text).Where(term => term.Length > 0).Select(term => Requirement(term, text))]);
    }

    /// <summary>The value that a field must have for anything to match; null when the selector does not say.</summary>
    public string? Required(string field) =>
        Requirements.FirstOrDefault(requirement => requirement.Equal && requirement.Field == field)?.Value;

    /// <exception cref="SelectorException">The selector asks for a field that cannot be selected by.</exception>
    public FieldSelector Limit(IReadOnlyCollection<string> known)
    {
        var other = Requirements.FirstOrDefault(requirement => !known.Contains(requirement.Field));
        return other is null
            ? this
            : throw new SelectorException($"field label not supported: {other.Field}; use one of {string.Join(", ", known)}");
    }

    /// <summary>Matches against an object; a field that is absent is the empty text.</summary>
    public bool Matches(JsonElement document)
    {
        foreach (var requirement in Requirements)
        {
            if (requirement.Equal != string.Equals(Find(document, requirement.Field), requirement.Value, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    public override string ToString() => Text;

    private static string Find(JsonElement value, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
            {
                return "";
            }
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Null => "",
            _ => value.GetRawText(),
        };
    }

    /// <summary>Splits at commas that no backslash stands before.</summary>
    private static IEnumerable<string> Terms(string text)
    {
        var start = 0;
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '\\')
            {
                index++;
            }
            else if (text[index] == ',')
            {
                yield return text[start..index];
                start = index + 1;
            }
        }

        yield return text[start..];
    }

    private static FieldRequirement Requirement(string term, string text)
    {
        for (var index = 0; index < term.Length; index++)
        {
            var rest = term.AsSpan(index);
            var length = rest.StartsWith("!=") || rest.StartsWith("==") ? 2 : rest[0] == '=' ? 1 : 0;
            if (length > 0)
            {
                return new FieldRequirement(term[..index], rest[0] != '!', Unescape(term[(index + length)..], text));
            }
        }

        throw new SelectorException($"invalid selector: '{text}'; can't understand '{term}': expected field=value, field==value or field!=value");
    }

    /// <summary>A backslash stands before \, comma and = and nowhere else (fields.UnescapeValue).</summary>
    private static string Unescape(string value, string text)
    {
        var result = new StringBuilder(value.Length);
        for (var index = 0; index < value.Length; index++)
        {
            var character = value[index];
            if (character is ',' or '=')
            {
                throw new SelectorException($"invalid selector: '{text}'; write \\{character} for {character} in a value");
            }

            if (character == '\\')
            {
                character = ++index < value.Length && value[index] is '\\' or ',' or '='
                    ? value[index]
                    : throw new SelectorException($"invalid selector: '{text}'; a backslash stands only before \\, comma and =");
            }

            result.Append(character);
        }

        return result.ToString();
    }
}
