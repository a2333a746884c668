using System.Collections.Immutable;
using Mesh.Client.Expressions;
using Mesh.Client.Metrics.Series;
using Mesh.Client.Model.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Metrics.Rules;

/// <summary>What Telemetry resources change of the metrics of one direction, compiled: which are off, and whose labels are different.</summary>
internal sealed class MetricRules
{
    /// <summary>Longer values are cut: they would be in the memory of everybody who scrapes.</summary>
    private const int MaxValueLength = 256;

    private readonly MetricRule?[] _rules = new MetricRule?[(int)TrafficMetric.Count];
    private readonly ImmutableArray<CelExpression> _expressions;
    private readonly bool _isOff;

    private MetricRules(bool isOff, IEnumerable<(TrafficMetric Metric, MetricOverride Override)> overrides, ILogger logger)
    {
        _isOff = isOff;
        var expressions = ImmutableArray.CreateBuilder<CelExpression>();
        foreach (var (metric, change) in overrides)
        {
            _rules[(int)metric] = new MetricRule(change.IsDisabled, [.. change.Tags.Select(tag => Compile(tag, expressions, logger)).OfType<LabelRule>()]);
        }

        _expressions = expressions.ToImmutable();
    }

    /// <summary>Whether requests have to be asked for values.</summary>
    public bool HasExpressions => !_expressions.IsEmpty;

    public static MetricRules Compile(MetricsPolicy policy, ImmutableArray<MetricOverride> overrides, ILogger logger) => new(
        policy.IsDisabled,
        overrides.Select(change => (Metric: TrafficMetricNames.Find(change.Metric), change)).Where(pair => pair.Metric is not null).Select(pair => (pair.Metric!.Value, pair.change)),
        logger);

    /// <summary>The values of all expressions for one request, joined to a part of its key.</summary>
    public string Evaluate(ICelFields attributes, out string[] values)
    {
        values = new string[_expressions.Length];
        for (var index = 0; index < values.Length; index++)
        {
            var value = _expressions[index].Evaluate(attributes);

            // istio_stats: what cannot be told is unknown.
            var text = value.IsError ? TrafficLabels.Unknown : value.ToString();
            values[index] = text.Length <= MaxValueLength ? text : text[..MaxValueLength];
        }

        return string.Join('\0', values);
    }

    /// <summary>Null when the metric is off.</summary>
    /// <param name="metric">Which.</param>
    /// <param name="labels">Istio's own.</param>
    /// <param name="values">Of the expressions; null when there are none.</param>
    public SeriesLabels? Apply(TrafficMetric metric, ImmutableArray<KeyValuePair<string, string>> labels, string[]? values)
    {
        var rule = _rules[(int)metric];
        return _isOff || rule is { IsDisabled: true } ? null : new SeriesLabels(rule is null ? labels : rule.Apply(labels, values ?? []));
    }

    /// <summary>The same for a raw connection, of which expressions know nothing: their labels are unknown.</summary>
    public SeriesLabels? ApplyToConnection(TrafficMetric metric, ImmutableArray<KeyValuePair<string, string>> labels) =>
        Apply(metric, labels, [.. _expressions.Select(static _ => TrafficLabels.Unknown)]);

    private static LabelRule? Compile(TagOverride tag, ImmutableArray<CelExpression>.Builder expressions, ILogger logger)
    {
        if (tag.Expression is null)
        {
            return new LabelRule(tag.Name, Value: null);
        }

        var known = IndexOf(expressions, tag.Expression);
        if (known < 0)
        {
            if (CelExpression.TryParse(tag.Expression, out var reason) is not { } parsed)
            {
                MetricsLog.TagIgnored(logger, tag.Name, tag.Expression, reason);
                return null;
            }

            known = expressions.Count;
            expressions.Add(parsed);
        }

        return new LabelRule(tag.Name, known);
    }

    private static int IndexOf(ImmutableArray<CelExpression>.Builder expressions, string source)
    {
        for (var index = 0; index < expressions.Count; index++)
        {
            if (expressions[index].Source == source)
            {
                return index;
            }
        }

        return -1;
    }
}
