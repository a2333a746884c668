namespace Mesh.Config.Validation.Rules;

/// <summary>The kinds of words in an expression of CEL.</summary>
internal enum CelToken
{
    End,
    Name,
    Number,
    Text,
    Operator,
}
