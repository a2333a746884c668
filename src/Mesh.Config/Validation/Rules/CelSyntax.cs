namespace Mesh.Config.Validation.Rules;

/// <summary>Parses an expression by the grammar of CEL (cel-spec, "Syntax"); knows no types and no names.</summary>
internal ref struct CelSyntax
{
    private const int MaximumDepth = 250;

    private CelTokens _tokens;
    private int _depth;

    private CelSyntax(string expression) => _tokens = new CelTokens(expression);

    /// <summary>What is wrong with the expression; null when nothing.</summary>
    public static string? FindError(string expression)
    {
        var parser = new CelSyntax(expression);
        try
        {
            parser._tokens.Next();
            parser.Expression();
            return parser._tokens.Kind == CelToken.End ? null : parser._tokens.Describe("an operator or the end");
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
    }

    private void Expression()
    {
        if (++_depth > MaximumDepth)
        {
            throw new FormatException("nested too deeply");
        }

        Operation();
        if (_tokens.Take("?"))
        {
            Operation();
            _tokens.Expect(":");
            Expression();
        }

        _depth--;
    }

    /// <summary>All binary operators take two operands: whether they fit needs no order among them.</summary>
    private void Operation()
    {
        Unary();
        while (_tokens.Kind == CelToken.Operator && _tokens.Text is "||" or "&&" or "==" or "!=" or "<" or "<=" or ">" or ">=" or "+" or "-" or "*" or "/" or "%"
            || _tokens.IsWord("in"))
        {
            _tokens.Next();
            Unary();
        }

    }

    private void Unary()
    {
        while (_tokens.Take("!") || _tokens.Take("-"))
        {
        }

        Primary();
        Members();
    }

    private void Members()
    {
        while (true)
        {
            if (_tokens.Take("."))
            {
                _tokens.ExpectName();
                Call();
            }
            else if (_tokens.Take("["))
            {
                Expression();
                _tokens.Expect("]");
            }
            else if (_tokens.Take("{"))
            {
                Entries("}");
            }
            else
            {
                return;
            }
        }
    }

    private void Primary()
    {
        if (_tokens.Take("("))
        {
            Expression();
            _tokens.Expect(")");
        }
        else if (_tokens.Take("["))
        {
            List("]");
        }
        else if (_tokens.Take("{"))
        {
            Entries("}");
        }
        else if (_tokens.Kind is CelToken.Number or CelToken.Text)
        {
            _tokens.Next();
        }
        else
        {
            _tokens.Take(".");
            _tokens.ExpectName();
            Call();
        }
    }

    private void Call()
    {
        if (_tokens.Take("("))
        {
            List(")");
        }
    }

    private void List(string end)
    {
        while (!_tokens.Take(end))
        {
            Expression();
            if (!_tokens.Take(","))
            {
                _tokens.Expect(end);
                return;
            }
        }
    }

    private void Entries(string end)
    {
        while (!_tokens.Take(end))
        {
            Expression();
            _tokens.Expect(":");
            Expression();
            if (!_tokens.Take(","))
            {
                _tokens.Expect(end);
                return;
            }
        }
    }
}
