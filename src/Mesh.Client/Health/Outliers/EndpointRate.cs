namespace Mesh.Client.Health.Outliers;

/// <summary>How an endpoint did in the interval that has ended.</summary>
internal readonly record struct EndpointRate(OutlierCounter Counter, uint Requests, uint Successes)
{
    public EndpointRate(OutlierCounter counter, (uint Requests, uint Successes) counts)
        : this(counter, counts.Requests, counts.Successes)
    {
    }

    /// <summary>In percent.</summary>
    public double SuccessRate => 100.0 * Successes / Requests;
}
