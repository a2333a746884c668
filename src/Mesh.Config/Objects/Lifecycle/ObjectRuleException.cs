namespace Mesh.Config.Objects.Lifecycle;

/// <summary>Says which field of a written object breaks which rule.</summary>
internal sealed class ObjectRuleException(ObjectRule rule, string field, string message) : Exception(message)
{
    public ObjectRule Rule { get; } = rule;

    /// <summary>Such as <c>metadata.uid</c>.</summary>
    public string Field { get; } = field;
}
