using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Generation.Connections;

/// <summary>For whom and to what raw connections are routed.</summary>
/// <param name="Context">The client and the state.</param>
/// <param name="Service">What the client connects to.</param>
/// <param name="Port">The service's port.</param>
internal sealed record ConnectionTarget(GenerationContext Context, ResolvedService Service, ServicePort Port)
{
    /// <summary>Of the gateway that takes the connections, as <c>namespace/name</c>; null for connections inside the mesh.</summary>
    public string? Gateway { get; init; }

    /// <summary>Whether a match is for this client and port at all; unlike those of <c>http[]</c>, all four conditions hold together (istiod).</summary>
    /// <param name="port">Of the match; 0 for any.</param>
    /// <param name="sourceLabels">Of the match.</param>
    /// <param name="gateways">Of the match.</param>
    /// <param name="sourceNamespace">Of the match.</param>
    /// <param name="ruleNamespace">Completes the names of gateways.</param>
    public bool IsFor(uint port, IDictionary<string, string> sourceLabels, ICollection<string> gateways, string sourceNamespace, string ruleNamespace) =>
        (port == 0 || port == Port.Number)
        && (gateways.Count == 0 || GatewayNames.Contain(gateways, Gateway, ruleNamespace))
        && Context.Labels.Match(sourceLabels)
        && (sourceNamespace.Length == 0 || sourceNamespace == Context.Client.Namespace);
}
