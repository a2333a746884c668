using Mesh.Client.Expressions.Nodes;

namespace Mesh.Client.Expressions;

/// <summary>An expression of Telemetry resources, in the part of CEL that Envoy's attributes are asked with.</summary>
internal sealed class CelExpression
{
    /// <summary>Longer ones are refused.</summary>
    public const int MaxLength = 4_096;

    private readonly CelNode _root;

    private CelExpression(string source, CelNode root) => (Source, _root) = (source, root);

    public string Source { get; }

    /// <exception cref="FormatException">What is wrong with it, and where.</exception>
    public static CelExpression Parse(string source)
    {
        if (source.Length > MaxLength)
        {
            throw new FormatException($"the expression has {source.Length} characters; at most {MaxLength} are taken");
        }

        return new CelExpression(source, new CelParser(new CelLexer(source).ReadAll()).Parse());
    }

    /// <summary>Null with the reason when it is not an expression.</summary>
    public static CelExpression? TryParse(string source, out string? reason)
    {
        try
        {
            reason = null;
            return Parse(source);
        }
        catch (FormatException exception)
        {
            reason = exception.Message;
            return null;
        }
    }

    /// <summary>The value; an error where an attribute or a field is missing, types do not fit, or a function does not exist. Never throws.</summary>
    public CelValue Evaluate(ICelFields attributes) => _root.Evaluate(attributes);

    /// <summary>Whether it holds; errors do not (Envoy's access log filter).</summary>
    public bool Holds(ICelFields attributes) => Evaluate(attributes).IsTrue;
}
