using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Routes.Matching;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Tells whether a match is for this client and port at all: the conditions that are settled before a request comes.</summary>
internal static class ClientMatch
{
    /// <param name="target">The client and the port.</param>
    /// <param name="match">Null takes everything.</param>
    /// <param name="namespace">Of the rule: completes the names of gateways.</param>
    public static bool Holds(RouteTarget target, HTTPMatchRequest? match, string @namespace)
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
            return GatewayNames.Contain(match.Gateways, target.Gateway, @namespace);
        }

        return target.Context.Labels.Match(match.SourceLabels)
            && (match.SourceNamespace.Length == 0 || match.SourceNamespace == target.Context.Client.Namespace);
    }
}
