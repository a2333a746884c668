using Mesh.Client.Model;

namespace Mesh.Client.Health;

/// <summary>An endpoint as health sees it; the flags are written by health alone.</summary>
internal interface IMonitoredEndpoint
{
    EndpointAddress Address { get; }

    /// <summary>Outlier detection has taken it out for a while.</summary>
    bool IsEjected { get; set; }

    /// <summary>What its health checks say; true while there are none.</summary>
    bool IsHealthy { get; set; }

    /// <summary>Where its outcomes are counted; null while nothing watches it.</summary>
    EndpointMonitor? Monitor { get; set; }
}
