namespace Mesh.Client.Model;

/// <summary>Asks for a path over HTTP; by its status the endpoint is healthy, unhealthy at once, or one failure nearer to it.</summary>
/// <param name="Method">Of the request.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Host">Authority of the request; empty means the cluster's name.</param>
/// <param name="Http2">Whether the request goes over HTTP/2.</param>
internal sealed record HttpHealthProbe(string Method, string Path, string Host, bool Http2) : HealthProbe
{
    /// <summary>Statuses that say healthy; empty means 200 only.</summary>
    public ValueList<StatusRange> ExpectedStatuses { get; init; } = ValueList<StatusRange>.Empty;

    /// <summary>Other statuses that only count as one failure; every other one makes the endpoint unhealthy at once.</summary>
    public ValueList<StatusRange> RetriableStatuses { get; init; } = ValueList<StatusRange>.Empty;

    /// <summary>Headers the request carries.</summary>
    public ValueList<KeyValuePair<string, string>> Headers { get; init; } = ValueList<KeyValuePair<string, string>>.Empty;
}
