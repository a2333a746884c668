using Mesh.Client.Model.Apis;
using Mesh.Server.Rules;

namespace Mesh.Server.Apis.Transformations;

/// <summary>A transformation, ready for requests.</summary>
internal sealed class CompiledTransformation(TransformationRule rule)
{
    public TransformationRule Rule => rule;

    public ConditionMatcher Matcher { get; } = new(rule.Matches);

    /// <summary>Whether responses of a status are changed.</summary>
    public bool IsFor(int status) => rule.Statuses.IsEmpty || rule.Statuses.Contains(status);
}
