using Mesh.Client.Metrics.Rules;
using Mesh.Client.Model.Telemetry;
using Mesh.Client.Pipeline.Reports;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Metrics;

/// <summary>The rules of both directions, as the control plane last told them.</summary>
internal sealed class TrafficRules
{
    private readonly TelemetryPolicy _policy;
    private readonly ILogger<TrafficRules> _logger;
    private volatile MetricRules _client;
    private volatile MetricRules _server;
    private MetricsPolicy? _compiled;

    public TrafficRules(TelemetryPolicy policy, ILogger<TrafficRules> logger)
    {
        (_policy, _logger) = (policy, logger);
        _client = _server = MetricRules.Compile(MetricsPolicy.Default, [], logger);
        policy.Changed += Compile;
        Compile();
    }

    /// <summary>Of the calls that this process makes.</summary>
    public MetricRules Client => _client;

    /// <summary>Of the requests that it serves.</summary>
    public MetricRules Server => _server;

    /// <summary>Between two reports of connections that are open.</summary>
    public TimeSpan ReportingInterval => _policy.Current.Metrics.ReportingInterval;

    private void Compile()
    {
        var metrics = _policy.Current.Metrics;
        if (ReferenceEquals(metrics, _compiled))
        {
            return;
        }

        _client = MetricRules.Compile(metrics, metrics.Client, _logger);
        _server = MetricRules.Compile(metrics, metrics.Server, _logger);
        _compiled = metrics;
    }
}
