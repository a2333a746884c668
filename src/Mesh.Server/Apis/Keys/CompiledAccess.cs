using Mesh.Client.Model.Apis;
using Mesh.Server.Rules;

namespace Mesh.Server.Apis.Keys;

/// <summary>A rule about keys, ready for requests.</summary>
internal sealed class CompiledAccess(ApiAccessRule rule)
{
    public ApiAccessRule Rule => rule;

    public ConditionMatcher Matcher { get; } = new(rule.Matches);

    /// <summary>Whether the consumer is of the namespace that the rule is of.</summary>
    public bool IsOwn(ApiConsumer consumer) =>
        consumer.Name.Length > rule.Namespace.Length
        && consumer.Name[rule.Namespace.Length] == '/'
        && consumer.Name.StartsWith(rule.Namespace, StringComparison.Ordinal);

    /// <summary>Whether it is one of those that may call.</summary>
    public bool Admits(ApiConsumer consumer) =>
        (rule.Consumers.Count == 0 && rule.Plans.Count == 0) || rule.Consumers.Contains(consumer.Name) || (consumer.Plan.Length > 0 && rule.Plans.Contains(consumer.Plan));
}
