using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Routes.Matching;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Tells whether a match is for this client and port at all: the conditions that are settled before a request comes.</summary>
internal static class ClientMatch
{
    public static bool Holds(RouteTarget target, HTTPMatchRequest? match)
    {
        if (match is null)
        {
            return true;
        }

        // gRPC's own clients do not know tokens and would leave the condition out: it holds for none of their calls.
        if (target.Context.Client.Kind == ClientKind.ProxylessGrpc && match.Headers.Keys.Concat(match.WithoutHeaders.Keys).Any(ClaimMatchTranslator.IsClaim))
        {
            return false;
        }

        if (match.Port != 0 && match.Port != target.Port)
        {
            return false;
        }

        // istiod does not look at the labels and the namespace where the match names gateways.
        if (match.Gateways.Count > 0)
        {
            return match.Gateways.Contains(VirtualServiceSelector.MeshGateway);
        }

        return target.Context.Labels.Match(match.SourceLabels)
            && (match.SourceNamespace.Length == 0 || match.SourceNamespace == target.Context.Client.Namespace);
    }
}
