namespace Mesh.Client;

/// <summary>What happens to requests whose destination is not in the mesh (Istio's <c>outboundTrafficPolicy</c>).</summary>
public enum OutboundTrafficPolicy
{
    /// <summary>They are sent as if there were no mesh.</summary>
    AllowAny,

    /// <summary>They fail with status 502.</summary>
    RegistryOnly,
}
