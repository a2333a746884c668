using System.Collections.Immutable;
using System.Globalization;
using Mesh.Client.Expressions.Nodes;

namespace Mesh.Client.Expressions;

/// <summary>Makes the tree of an expression: CEL's grammar without macros but <c>has()</c>, and without maps and messages to be made.</summary>
internal sealed class CelParser(IReadOnlyList<CelToken> tokens)
{
    /// <summary>Deeper ones are nobody's, and the stack is not endless.</summary>
    private const int MaxDepth = 64;

    private static readonly string[] Relations = ["==", "!=", "<", "<=", ">", ">="];

    private int _next;
    private int _depth;

    /// <exception cref="FormatException">It is not an expression.</exception>
    public CelNode Parse()
    {
        var node = ReadConditional();
        return Peek.Kind is CelTokenKind.End ? node : throw Unexpected("the end");
    }

    private CelToken Peek => tokens[_next];

    private CelNode ReadConditional()
    {
        if (++_depth > MaxDepth)
        {
            throw new FormatException($"the expression is nested deeper than {MaxDepth}");
        }

        var condition = ReadOr();
        if (TakeSign("?"))
        {
            var then = ReadOr();
            Expect(":");
            condition = new ConditionalNode(condition, then, ReadConditional());
        }

        _depth--;
        return condition;
    }

    private CelNode ReadOr()
    {
        var node = ReadAnd();
        while (TakeSign("||"))
        {
            node = new LogicNode(node, ReadAnd(), decider: true);
        }

        return node;
    }

    private CelNode ReadAnd()
    {
        var node = ReadRelation();
        while (TakeSign("&&"))
        {
            node = new LogicNode(node, ReadRelation(), decider: false);
        }

        return node;
    }

    private CelNode ReadRelation()
    {
        var node = ReadSum();
        while (Peek is { Kind: CelTokenKind.Sign } token && Relations.Contains(token.Text) || Peek is { Kind: CelTokenKind.Name, Text: "in" })
        {
            var sign = Take().Text;
            node = new BinaryNode(sign, node, ReadSum());
        }

        return node;
    }

    private CelNode ReadSum()
    {
        var node = ReadProduct();
        while (Peek is { Kind: CelTokenKind.Sign, Text: "+" or "-" })
        {
            var sign = Take().Text;
            node = new BinaryNode(sign, node, ReadProduct());
        }

        return node;
    }

    private CelNode ReadProduct()
    {
        var node = ReadUnary();
        while (Peek is { Kind: CelTokenKind.Sign, Text: "*" or "/" or "%" })
        {
            var sign = Take().Text;
            node = new BinaryNode(sign, node, ReadUnary());
        }

        return node;
    }

    private CelNode ReadUnary()
    {
        if (Peek is not { Kind: CelTokenKind.Sign, Text: "!" or "-" })
        {
            return ReadMember();
        }

        if (++_depth > MaxDepth)
        {
            throw new FormatException($"the expression is nested deeper than {MaxDepth}");
        }

        var sign = Take().Text;
        CelNode node = new UnaryNode(sign, ReadUnary());
        _depth--;
        return node;
    }

    private CelNode ReadMember()
    {
        var node = ReadPrimary();
        while (true)
        {
            if (TakeSign("."))
            {
                var name = ReadName();
                node = TakeSign("(") ? new CallNode(name, [node, .. ReadArguments(")")]) : new SelectNode(node, name);
            }
            else if (TakeSign("["))
            {
                node = new IndexNode(node, ReadConditional());
                Expect("]");
            }
            else
            {
                return node;
            }
        }
    }

    private CelNode ReadPrimary()
    {
        var token = Take();
        switch (token.Kind)
        {
            case CelTokenKind.Text:
                return new LiteralNode(CelValue.Of(token.Text));
            case CelTokenKind.Int:
                return new LiteralNode(ReadInt(token));
            case CelTokenKind.Double:
                return double.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
                    ? new LiteralNode(CelValue.Of(real))
                    : throw new FormatException($"'{token.Text}' at {token.Position} is no number");
            case CelTokenKind.Name:
                return ReadNamed(token.Text);
            case CelTokenKind.Sign when token.Text == "(":
                var inner = ReadConditional();
                Expect(")");
                return inner;
            case CelTokenKind.Sign when token.Text == "[":
                return new ListNode([.. ReadArguments("]")]);
            default:
                _next--;
                throw Unexpected("a value");
        }
    }

    private CelNode ReadNamed(string name)
    {
        switch (name)
        {
            case "true": return new LiteralNode(CelValue.True);
            case "false": return new LiteralNode(CelValue.False);
            case "null": return new LiteralNode(CelValue.Null);
        }

        if (!TakeSign("("))
        {
            return new NameNode(name);
        }

        var arguments = ReadArguments(")");
        return name == "has"
            ? arguments is [SelectNode field] ? new HasNode(field) : throw new FormatException("has() takes one field, such as has(request.host)")
            : new CallNode(name, [.. arguments]);
    }

    private List<CelNode> ReadArguments(string end)
    {
        var arguments = new List<CelNode>();
        if (TakeSign(end))
        {
            return arguments;
        }

        do
        {
            arguments.Add(ReadConditional());
        }
        while (TakeSign(","));
        Expect(end);
        return arguments;
    }

    private static CelValue ReadInt(CelToken token)
    {
        var isHex = token.Text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return long.TryParse(isHex ? token.Text.AsSpan(2) : token.Text, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? CelValue.Of(number)
            : throw new FormatException($"'{token.Text}' at {token.Position} is no number");
    }

    private string ReadName() => Peek.Kind is CelTokenKind.Name ? Take().Text : throw Unexpected("the name of a field");

    private CelToken Take() => tokens[_next++ < tokens.Count - 1 ? _next - 1 : tokens.Count - 1];

    private bool TakeSign(string sign)
    {
        if (Peek is not { Kind: CelTokenKind.Sign } || Peek.Text != sign)
        {
            return false;
        }

        _next++;
        return true;
    }

    private void Expect(string sign)
    {
        if (!TakeSign(sign))
        {
            throw Unexpected($"'{sign}'");
        }
    }

    private FormatException Unexpected(string expected) =>
        new($"expected {expected} at {Peek.Position}, got {(Peek.Kind is CelTokenKind.End ? "the end" : $"'{Peek.Text}'")}");
}
