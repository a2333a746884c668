namespace Mesh.Client.Model.Authorization;

/// <summary>Asks a service about the requests that its policies match (Istio CUSTOM).</summary>
internal sealed record ExternalAuthorization(string Name) : AuthorizationFilter(Name)
{
    /// <summary>Istio: a long time, to be cut by who knows the authorizer.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(600);

    /// <summary>Of MeshConfig, for people.</summary>
    public required string Provider { get; init; }

    /// <summary>Null: the provider does not exist, and what would have been asked about is denied.</summary>
    public AuthorizationService? Service { get; init; }

    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>Lets requests pass when the service does not answer.</summary>
    public bool AllowsOnFailure { get; init; }

    /// <summary>Of the refusal when the service does not answer.</summary>
    public int StatusOnError { get; init; } = 403;

    /// <summary>Null: the body is not sent.</summary>
    public CheckedBody? Body { get; init; }
}
