namespace Mesh.Config.Objects.Selectors;

/// <summary>Reads the text of a label selector (grammar of apimachinery's labels package).</summary>
internal sealed class LabelSelectorParser(string text)
{
    private int _at;

    public IReadOnlyList<LabelRequirement> Parse()
    {
        var requirements = new List<LabelRequirement>();
        while (true)
        {
            requirements.Add(Requirement());
            Skip();
            if (_at == text.Length)
            {
                // Sorted by key as in Kubernetes, so that selectors that say the same look the same.
                return [.. requirements.OrderBy(requirement => requirement.Key, StringComparer.Ordinal)];
            }

            Expect(',', "\",\" or the end");
        }
    }

    private LabelRequirement Requirement()
    {
        Skip();
        if (Take('!'))
        {
            return new LabelRequirement(Key(), SelectorOperator.Absent, []);
        }

        var key = Key();
        Skip();
        if (_at == text.Length || text[_at] == ',')
        {
            return new LabelRequirement(key, SelectorOperator.Exists, []);
        }

        if (Take('!'))
        {
            Expect('=', "\"=\" after \"!\"");
            return new LabelRequirement(key, SelectorOperator.NotIn, [Value()]);
        }

        if (Take('='))
        {
            Take('=');
            return new LabelRequirement(key, SelectorOperator.In, [Value()]);
        }

        if (text[_at] is '<' or '>')
        {
            return new LabelRequirement(key, text[_at++] == '>' ? SelectorOperator.Greater : SelectorOperator.Less, [Number(key)]);
        }

        return Word() switch
        {
            "in" => new LabelRequirement(key, SelectorOperator.In, Values()),
            "notin" => new LabelRequirement(key, SelectorOperator.NotIn, Values()),
            var other => throw Wrong($"expected one of =, ==, !=, <, >, in, notin after \"{key}\", found \"{(other.Length > 0 ? other : Rest())}\""),
        };
    }

    private string Key()
    {
        Skip();
        var key = Word();
        if (key.Length == 0)
        {
            throw Wrong(_at == text.Length ? "expected a label key, found the end" : $"expected a label key, found \"{Rest()}\"");
        }

        return LabelSyntax.KeyError(key) is { } error ? throw Wrong($"\"{key}\" is no label key: {error}") : key;
    }

    private string Value()
    {
        Skip();
        var value = Word();
        return LabelSyntax.ValueError(value) is { } error ? throw Wrong($"\"{value}\" is no label value: {error}") : value;
    }

    private string Number(string key)
    {
        var value = Value();
        return LabelRequirement.TryNumber(value, out _) ? value : throw Wrong($"\"{key}\" is compared with \"{value}\", which is not a whole number");
    }

    private List<string> Values()
    {
        Skip();
        Expect('(', "\"(\" before the values");
        var values = new List<string>();
        do
        {
            values.Add(Value());
            Skip();
        }
        while (Take(','));

        Expect(')', "\",\" or \")\" after a value");
        return values;
    }

    private string Word()
    {
        var start = _at;
        while (_at < text.Length && text[_at] is not (',' or '=' or '!' or '<' or '>' or '(' or ')') && !char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }

        return text[start.._at];
    }

    private void Skip()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }
    }

    private bool Take(char expected)
    {
        if (_at == text.Length || text[_at] != expected)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Expect(char expected, string description)
    {
        if (!Take(expected))
        {
            throw Wrong(_at == text.Length ? $"expected {description}, found the end" : $"expected {description}, found \"{Rest()}\"");
        }
    }

    private string Rest() => text[_at..];

    private SelectorException Wrong(string reason) => new($"unable to parse the label selector \"{text}\": {reason}");
}
