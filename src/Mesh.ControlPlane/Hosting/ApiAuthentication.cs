namespace Mesh.ControlPlane;

/// <summary>What the HTTP API asks of its callers.</summary>
public enum ApiAuthentication
{
    /// <summary>Nothing: whoever reaches the port may do everything. For one machine and the person at it; a request that carries a token is held to that token.</summary>
    LoopbackDevelopment,

    /// <summary>Every request but those for health and version needs a token of the API, whose roles say what it may do.</summary>
    Required,
}
