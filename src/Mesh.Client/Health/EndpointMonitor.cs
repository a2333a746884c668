using Mesh.Client.Health.Outliers;
using Mesh.Client.Model;

namespace Mesh.Client.Health;

/// <summary>Hears what every attempt at one endpoint came to, for those who watch it.</summary>
internal sealed class EndpointMonitor(ClusterTraffic traffic)
{
    /// <summary>Null while outlier detection is off.</summary>
    public OutlierCounter? Outliers { get; set; }

    public void Report(in AttemptOutcome outcome)
    {
        traffic.Mark();
        Outliers?.Report(outcome);
    }
}
