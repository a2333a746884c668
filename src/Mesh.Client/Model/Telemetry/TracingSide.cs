using System.Collections.Immutable;

namespace Mesh.Client.Model.Telemetry;

/// <summary>How requests of one direction are traced.</summary>
internal sealed record TracingSide
{
    /// <summary>Envoy's.</summary>
    public const int DefaultMaxPathTagLength = 256;

    public static TracingSide Default { get; } = new();

    /// <summary>Whether no spans are reported; context flows on all the same.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Share of the requests that are traced when nobody has decided before, 0 to 100; null for the process's own.</summary>
    public double? SamplingPercentage { get; init; }

    public ImmutableArray<CustomTag> CustomTags { get; init; } = [];

    /// <summary>Whether the request id takes no part in sampling.</summary>
    public bool IgnoresRequestId { get; init; }

    /// <summary>Whether spans have Istio's own tags.</summary>
    public bool HasIstioTags { get; init; } = true;

    /// <summary>Whether trace headers are sent on.</summary>
    public bool Propagates { get; init; } = true;

    /// <summary>Whether callees are told in B3's headers too.</summary>
    public bool TellsB3 { get; init; }

    /// <summary>Name in the mesh configuration; empty for none.</summary>
    public string Provider { get; init; } = "";

    /// <summary>Where spans go; null for where the application's own OpenTelemetry sends.</summary>
    public CollectorReference? Collector { get; init; }

    /// <summary>In characters.</summary>
    public int MaxPathTagLength { get; init; } = DefaultMaxPathTagLength;
}
