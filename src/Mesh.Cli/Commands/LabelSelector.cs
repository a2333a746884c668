using System.Text.Json.Nodes;

namespace Mesh.Cli.Commands;

/// <summary>Chooses by labels in kubectl's words; all terms must hold.</summary>
internal sealed class LabelSelector
{
    private readonly List<Func<JsonObject?, bool>> _terms = [];

    /// <param name="text">Null chooses everything.</param>
    public static LabelSelector Parse(string? text)
    {
        var selector = new LabelSelector();
        foreach (var term in Split(text ?? ""))
        {
            selector._terms.Add(Term(term));
        }

        return selector;
    }

    public bool Matches(JsonObject? labels) => _terms.TrueForAll(term => term(labels));

    /// <summary>At commas that are not within parentheses.</summary>
    private static IEnumerable<string> Split(string text)
    {
        var (start, depth) = (0, 0);
        for (var position = 0; position <= text.Length; position++)
        {
            if (position == text.Length || (text[position] == ',' && depth == 0))
            {
                if (text[start..position].Trim() is { Length: > 0 } term)
                {
                    yield return term;
                }

                start = position + 1;
            }
            else
            {
                depth += text[position] switch { '(' => 1, ')' => -1, _ => 0 };
            }
        }
    }

    private static Func<JsonObject?, bool> Term(string term)
    {
        if (Set(term, " notin ") is { } excluded)
        {
            return labels => Value(labels, excluded.Key) is not { } value || !excluded.Values.Contains(value, StringComparer.Ordinal);
        }

        if (Set(term, " in ") is { } included)
        {
            return labels => Value(labels, included.Key) is { } value && included.Values.Contains(value, StringComparer.Ordinal);
        }

        if (term.Split("!=", 2, StringSplitOptions.TrimEntries) is [{ Length: > 0 } other, var unwanted])
        {
            return labels => Value(labels, other) != unwanted;
        }

        if (term.Replace("==", "=", StringComparison.Ordinal).Split('=', 2, StringSplitOptions.TrimEntries) is [{ Length: > 0 } key, var wanted])
        {
            return labels => Value(labels, key) == wanted;
        }

        if (term.Contains('=', StringComparison.Ordinal) || term.Contains(' ', StringComparison.Ordinal) || term == "!")
        {
            throw new CommandException($"--selector: expected key=value, key!=value, key, !key, key in (a,b) or key notin (a,b), got '{term}'.", ExitCode.Usage);
        }

        return term.StartsWith('!') ? labels => Value(labels, term[1..]) is null : labels => Value(labels, term) is not null;
    }

    private static (string Key, string[] Values)? Set(string term, string word) =>
        term.Split(word, 2, StringSplitOptions.TrimEntries) is [{ Length: > 0 } key, ['(', .. var values, ')']] && !key.Contains(' ', StringComparison.Ordinal)
            ? (key, values.Split(',', StringSplitOptions.TrimEntries))
            : null;

    private static string? Value(JsonObject? labels, string key) => labels?[key]?.ToString();
}
