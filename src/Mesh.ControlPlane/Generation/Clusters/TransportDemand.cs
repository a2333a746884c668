using Mesh.Config.Istio.Networking;
using ServicePort = Mesh.ControlPlane.Registry.ServicePort;

namespace Mesh.ControlPlane.Generation.Clusters;

/// <summary>What rules and the port of a cluster say of its connections' transport.</summary>
/// <param name="Tls">The rule's; null when none says anything.</param>
/// <param name="Port">The service's.</param>
/// <param name="IsHttp2">Nothing else is spoken on the connections.</param>
/// <param name="ServerName">istiod's name for the mesh's own TLS.</param>
internal readonly record struct TransportDemand(ClientTLSSettings? Tls, ServicePort Port, bool IsHttp2, string ServerName);
