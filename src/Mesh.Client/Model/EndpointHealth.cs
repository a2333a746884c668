namespace Mesh.Client.Model;

/// <summary>What the control plane says of an endpoint's health; only the first two take new requests (gRFC A27).</summary>
internal enum EndpointHealth
{
    Unknown,
    Healthy,
    Unhealthy,
    Draining,
}
