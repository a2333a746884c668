namespace Mesh.Client.Model;

/// <summary>Ejects endpoints of whose requests at least a fixed share failed.</summary>
internal sealed record FailurePercentageRule
{
    /// <summary>Chance in percent that a detection ejects.</summary>
    public uint Enforcing { get; init; }

    /// <summary>The same for the rates of local origin; only when these are counted apart.</summary>
    public uint EnforcingLocalOrigin { get; init; }

    /// <summary>Failures in percent from which an endpoint is ejected.</summary>
    public uint Threshold { get; init; } = 85;

    /// <summary>Endpoints with enough requests that there must be.</summary>
    public uint MinimumHosts { get; init; } = 5;

    /// <summary>Requests in one interval from which an endpoint's rate counts.</summary>
    public uint RequestVolume { get; init; } = 50;
}
