namespace Mesh.Protocol.Xds;

/// <summary>Keys of <c>Node.metadata</c>: istiod's names first, then ours.</summary>
internal static class NodeMetadataKeys
{
    public const string Generator = "GENERATOR";
    public const string Namespace = "NAMESPACE";
    public const string Labels = "LABELS";
    public const string ServiceAccount = "SERVICE_ACCOUNT";
    public const string WorkloadName = "WORKLOAD_NAME";
    public const string Owner = "OWNER";
    public const string InstanceIps = "INSTANCE_IPS";
    public const string ClusterId = "CLUSTER_ID";
    public const string Network = "NETWORK";

    /// <summary>Text: the WorkloadGroup of the namespace that the process registers with.</summary>
    public const string AutoRegisterGroup = "AUTO_REGISTER_GROUP";

    /// <summary>Text: the version of Mesh.Client; its presence asks for the richer Envoy forms.</summary>
    public const string MeshClient = "MESH_CLIENT";

    /// <summary>Struct: registers the process as an endpoint; see <see cref="WorkloadKeys"/>.</summary>
    public const string MeshWorkload = "MESH_WORKLOAD";

    /// <summary>Fields of the <see cref="MeshWorkload"/> struct.</summary>
    public static class WorkloadKeys
    {
        /// <summary>Text: the service it is part of, a short name.</summary>
        public const string Service = "service";

        /// <summary>Text: the IP address or host where callers reach it.</summary>
        public const string Address = "address";

        /// <summary>Text: further IP addresses of the same process, with commas between them.</summary>
        public const string AdditionalAddresses = "additionalAddresses";

        /// <summary>Struct of numbers: real listening ports by name.</summary>
        public const string Ports = "ports";

        /// <summary>Struct of numbers: the port numbers that callers write, by name.</summary>
        public const string ServicePorts = "servicePorts";

        /// <summary>Text: <c>ready</c>, <c>not-ready</c> or <c>draining</c>. A change is sent as a new node on the same stream.</summary>
        public const string State = "state";
    }
}
