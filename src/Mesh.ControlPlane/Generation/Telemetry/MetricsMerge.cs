using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Istio.Telemetry;
using Metrics = Mesh.Config.Istio.Telemetry.Metrics;
using Operation = Mesh.Config.Istio.Telemetry.MetricsOverrides.Types.TagOverride.Types.Operation;
using Wire = Mesh.Protocol.Extensions.Telemetry;

namespace Mesh.ControlPlane.Generation.Telemetry;

/// <summary>Merges the <c>metrics</c> of Telemetry resources as istiod does: providers replace those of wider resources, overrides add up metric by metric and label by label, later ones win.</summary>
internal static class MetricsMerge
{
    private static readonly ImmutableArray<WorkloadMode> BothModes = [WorkloadMode.Client, WorkloadMode.Server];

    /// <param name="applicable">What holds for the workload.</param>
    /// <param name="settings">For the providers.</param>
    public static Wire.Metrics Of(ApplicableTelemetries applicable, MeshSettings settings)
    {
        var all = applicable.Metrics.ToImmutableArray();

        // Only the providers of the narrowest resource that names any are left.
        var inScope = all.Select(metrics => Names(metrics)).LastOrDefault(names => names.Count > 0) ?? settings.MetricsProviders;
        if (inScope.FirstOrDefault(settings.IsPrometheus) is not { } provider)
        {
            return new Wire.Metrics { Disabled = true };
        }

        var sides = BothModes.ToDictionary(mode => mode, _ => new MetricsSide());
        Duration? interval = null;
        var parent = settings.MetricsProviders;
        foreach (var metrics in all)
        {
            parent = Names(metrics) is { Count: > 0 } named ? named : parent;
            if (!parent.Contains(provider))
            {
                continue;
            }

            interval = metrics.ReportingInterval ?? interval;
            foreach (var change in metrics.Overrides)
            {
                foreach (var mode in change.Match?.Mode is WorkloadMode.Client or WorkloadMode.Server ? [change.Match.Mode] : BothModes)
                {
                    sides[mode].Apply(change);
                }
            }
        }

        var result = new Wire.Metrics { ReportingInterval = interval };
        result.Client.AddRange(sides[WorkloadMode.Client].ToMessages());
        result.Server.AddRange(sides[WorkloadMode.Server].ToMessages());
        return result;
    }

    private static IReadOnlyList<string> Names(Metrics metrics) => [.. metrics.Providers.Select(provider => provider.Name)];

    /// <summary>What has come together for one direction.</summary>
    private sealed class MetricsSide
    {
        private static readonly ImmutableArray<string> Standard =
        [
            "REQUEST_COUNT", "REQUEST_DURATION", "REQUEST_SIZE", "RESPONSE_SIZE", "TCP_OPENED_CONNECTIONS",
            "TCP_CLOSED_CONNECTIONS", "TCP_SENT_BYTES", "TCP_RECEIVED_BYTES", "GRPC_REQUEST_MESSAGES", "GRPC_RESPONSE_MESSAGES",
        ];

        private readonly SortedDictionary<string, Wire.MetricOverride> _metrics = new(StringComparer.Ordinal);
        private bool _isOff;

        public void Apply(MetricsOverrides change)
        {
            if (change is { Match: { MetricMatchCase: MetricSelector.MetricMatchOneofCase.Metric, Metric: MetricSelector.Types.IstioMetric.AllMetrics }, Disabled: true })
            {
                _isOff = true;
                return;
            }

            // Istio: a narrower resource that speaks of any metric turns them on again.
            _isOff = false;
            foreach (var name in NamesOf(change.Match))
            {
                if (!_metrics.TryGetValue(name, out var metric))
                {
                    _metrics[name] = metric = new Wire.MetricOverride { Metric = name };
                }

                metric.Disabled = change.Disabled ?? metric.Disabled;
                foreach (var (tag, value) in change.TagOverrides)
                {
                    Set(metric, tag, value);
                }
            }
        }

        public IEnumerable<Wire.MetricOverride> ToMessages() => _isOff
            ? Standard.Select(name => new Wire.MetricOverride { Metric = name, Disabled = true })
            : _metrics.Values.Where(metric => metric.Disabled || metric.Tags.Count > 0);

        private static void Set(Wire.MetricOverride metric, string name, MetricsOverrides.Types.TagOverride value)
        {
            var index = metric.Tags.TakeWhile(tag => string.CompareOrdinal(tag.Name, name) < 0).Count();
            if (index < metric.Tags.Count && metric.Tags[index].Name == name)
            {
                metric.Tags.RemoveAt(index);
            }

            var isRemoved = value.Operation == Operation.Remove;
            metric.Tags.Insert(index, new Wire.TagOverride { Name = name, Remove = isRemoved, Expression = isRemoved ? "" : value.Value });
        }

        private static ImmutableArray<string> NamesOf(MetricSelector? match) => match?.MetricMatchCase switch
        {
            MetricSelector.MetricMatchOneofCase.CustomMetric => [match.CustomMetric],
            MetricSelector.MetricMatchOneofCase.Metric when match.Metric != MetricSelector.Types.IstioMetric.AllMetrics => [Standard[(int)match.Metric - 1]],
            _ => Standard,
        };
    }
}
