namespace Mesh.Telemetry.Exposition;

/// <summary>The two texts that Prometheus reads.</summary>
internal enum ExpositionFormat
{
    /// <summary>Prometheus' own, version 0.0.4.</summary>
    Text,

    /// <summary>OpenMetrics 1.0.0, which carries exemplars and units.</summary>
    OpenMetrics,
}
