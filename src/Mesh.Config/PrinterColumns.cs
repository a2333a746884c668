using System.Collections.Frozen;

namespace Mesh.Config;

/// <summary>The columns that Istio's and the Gateway API's definitions give their kinds.</summary>
internal static class PrinterColumns
{
    private const string AgeText =
        "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. "
        + "Clients may not set this value. It is represented in RFC3339 form and is in UTC. Populated by the system. Read-only. Null for lists. "
        + "More info: https://git.k8s.io/community/contributors/devel/api-conventions.md#metadata";

    private static readonly PrinterColumn Age = new("Age", ".metadata.creationTimestamp", AgeText, "date");

    private static readonly PrinterColumn[] OnlyAge = [Age];

    private static readonly FrozenDictionary<(string Group, string Kind), PrinterColumn[]> Table = new Dictionary<(string, string), PrinterColumn[]>
    {
        [(ResourceKinds.NetworkingGroup, "VirtualService")] =
        [
            new("Gateways", ".spec.gateways", "The names of gateways and sidecars that should apply these routes"),
            new("Hosts", ".spec.hosts", "The destination hosts to which traffic is being sent"),
            Age,
        ],
        [(ResourceKinds.NetworkingGroup, "DestinationRule")] = [new("Host", ".spec.host", "The name of a service from the service registry"), Age],
        [(ResourceKinds.NetworkingGroup, "ServiceEntry")] =
        [
            new("Hosts", ".spec.hosts", "The hosts associated with the ServiceEntry"),
            new("Location", ".spec.location", "Whether the service external to the mesh or part of the mesh (MESH_EXTERNAL or MESH_INTERNAL)"),
            new("Resolution", ".spec.resolution", "Service resolution mode for the hosts (NONE, STATIC, or DNS)"),
            Age,
        ],
        [(ResourceKinds.NetworkingGroup, "WorkloadEntry")] = [Age, new("Address", ".spec.address", "Address associated with the network endpoint.")],
        [(ResourceKinds.SecurityGroup, "PeerAuthentication")] = [new("Mode", ".spec.mtls.mode", "Defines the mTLS mode used for peer authentication."), Age],
        [(ResourceKinds.SecurityGroup, "AuthorizationPolicy")] = [new("Action", ".spec.action", "The operation to take."), Age],
        [(ResourceKinds.MeshGroup, "ApiConsumer")] = [new("Plan", ".spec.plan", "How much the consumer may take."), new("Suspended", ".spec.suspended", "Whether it is refused.", "boolean"), Age],
        [(ResourceKinds.GatewayApiGroup, "GatewayClass")] =
        [
            new("Controller", ".spec.controllerName", ""),
            new("Accepted", ".status.conditions[?(@.type==\"Accepted\")].status", ""),
            Age,
            new("Description", ".spec.description", "", Priority: 1),
        ],
        [(ResourceKinds.GatewayApiGroup, "Gateway")] =
        [
            new("Class", ".spec.gatewayClassName", ""),
            new("Address", ".status.addresses[*].value", ""),
            new("Programmed", ".status.conditions[?(@.type==\"Programmed\")].status", ""),
            Age,
        ],
        [(ResourceKinds.GatewayApiGroup, "HTTPRoute")] = [new("Hostnames", ".spec.hostnames", ""), Age],
        [(ResourceKinds.GatewayApiGroup, "GRPCRoute")] = [new("Hostnames", ".spec.hostnames", ""), Age],
    }.ToFrozenDictionary();

    public static IReadOnlyList<PrinterColumn> Of(string group, string kind) => Table.GetValueOrDefault((group, kind), OnlyAge);
}
