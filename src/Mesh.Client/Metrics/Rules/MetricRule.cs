using System.Collections.Immutable;

namespace Mesh.Client.Metrics.Rules;

/// <summary>What is different with one metric.</summary>
/// <param name="IsDisabled">Whether it is not made.</param>
/// <param name="Labels">Labels that are set or removed.</param>
internal sealed record MetricRule(bool IsDisabled, ImmutableArray<LabelRule> Labels)
{
    public ImmutableArray<KeyValuePair<string, string>> Apply(ImmutableArray<KeyValuePair<string, string>> labels, string[] values)
    {
        var result = labels.ToBuilder();
        foreach (var rule in Labels)
        {
            var index = IndexOf(result, rule.Name);
            if (rule.Value is not { } value)
            {
                if (index >= 0)
                {
                    result.RemoveAt(index);
                }
            }
            else if (index >= 0)
            {
                result[index] = new(rule.Name, values[value]);
            }
            else
            {
                result.Add(new(rule.Name, values[value]));
            }
        }

        return result.ToImmutable();
    }

    private static int IndexOf(ImmutableArray<KeyValuePair<string, string>>.Builder labels, string name)
    {
        for (var index = 0; index < labels.Count; index++)
        {
            if (labels[index].Key == name)
            {
                return index;
            }
        }

        return -1;
    }
}
