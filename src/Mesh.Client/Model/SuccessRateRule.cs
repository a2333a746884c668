namespace Mesh.Client.Model;

/// <summary>Ejects endpoints whose success rate lies far below the mean of the cluster.</summary>
internal sealed record SuccessRateRule
{
    /// <summary>Chance in percent that a detection ejects.</summary>
    public uint Enforcing { get; init; } = 100;

    /// <summary>The same for the rates of local origin; only when these are counted apart.</summary>
    public uint EnforcingLocalOrigin { get; init; } = 100;

    /// <summary>Endpoints with enough requests that there must be.</summary>
    public uint MinimumHosts { get; init; } = 5;

    /// <summary>Requests in one interval from which an endpoint's rate counts.</summary>
    public uint RequestVolume { get; init; } = 100;

    /// <summary>Distance from the mean, in thousandths of the standard deviation.</summary>
    public uint StandardDeviationFactor { get; init; } = 1900;
}
