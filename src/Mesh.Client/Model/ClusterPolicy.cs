namespace Mesh.Client.Model;

/// <summary>Everything that CDS says of calling a cluster besides where its endpoints are; a feature is off where its part is null.</summary>
internal sealed record ClusterPolicy
{
    public static ClusterPolicy Default { get; } = new();

    public LoadBalancingPolicy LoadBalancing { get; init; } = new(LoadBalancingKind.RoundRobin);

    /// <summary>Limit for opening a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Null: no endpoint is ejected.</summary>
    public OutlierDetectionPolicy? OutlierDetection { get; init; }

    /// <summary>Null: no endpoint is asked for its health.</summary>
    public HealthCheckPolicy? HealthCheck { get; init; }

    public RetryBudgetPolicy RetryBudget { get; init; } = RetryBudgetPolicy.Default;

    public ConcurrencyLimits Limits { get; init; } = ConcurrencyLimits.None;

    public ConnectionPolicy Connection { get; init; } = ConnectionPolicy.Default;

    /// <summary>Null means no TLS but that of an <c>https</c> URI itself.</summary>
    public TlsPolicy? Security { get; init; }

    /// <summary>Goes before <see cref="Security"/> for the endpoints that fit; the first one decides.</summary>
    public ValueList<TransportMatch> SecurityByLabels { get; init; } = ValueList<TransportMatch>.Empty;

    /// <summary>How connections to an endpoint are secured: by its own labels, else by those of its locality (Envoy).</summary>
    public TlsPolicy? SecurityOf(Endpoint endpoint) =>
        SecurityByLabels.Count == 0 ? Security
        : (Find(endpoint.TransportLabels) ?? Find(endpoint.LocalityLabels)) is { } match ? match.Security
        : Security;

    /// <summary>The secrets that its TLS names.</summary>
    public IEnumerable<string> SecretNames => SecurityByLabels.Count == 0
        ? Security?.SecretNames ?? []
        : SecurityByLabels.Select(match => match.Security).Append(Security).OfType<TlsPolicy>().SelectMany(policy => policy.SecretNames);

    private TransportMatch? Find(ValueList<TransportLabel> labels)
    {
        foreach (var match in SecurityByLabels.ToImmutable())
        {
            if (match.Fits(labels))
            {
                return match;
            }
        }

        return null;
    }
}
