using Mesh.ControlPlane.Generation.Inbound.Authentication;
using Mesh.ControlPlane.Registry;
using static Mesh.Config.Istio.Security.PeerAuthentication.Types.MutualTLS.Types;

namespace Mesh.ControlPlane.Generation.Endpoints;

/// <summary>Tells which endpoints take the mesh's own TLS when no rule asks for it (Istio's auto mTLS).</summary>
internal static class MutualTlsEndpoints
{
    /// <summary>The label of workloads whose server side ends the mesh's TLS.</summary>
    public const string Label = "security.istio.io/tlsMode";

    /// <summary>istiod's name of what an endpoint's metadata says.</summary>
    public const string MatchKey = "tlsMode";
    public const string MatchValue = "istio";

    public static bool Takes(GenerationContext context, Service service, ServiceEndpoint endpoint) =>
        !service.IsExternal
        && endpoint.Labels.GetValueOrDefault(Label) == MatchValue
        && PeerAuthenticationResolver.Resolve(context.Index, endpoint.Namespace, selector => IsSelected(endpoint, selector), endpoint.Port) != Mode.Disable;

    private static bool IsSelected(ServiceEndpoint endpoint, IDictionary<string, string> selector) =>
        selector.All(label => endpoint.Labels.GetValueOrDefault(label.Key) == label.Value);
}
