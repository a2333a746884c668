using Mesh.ControlPlane.Graph;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Serving.Callers;
using Mesh.ControlPlane.Serving.Nodes;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Serving.Loads;

/// <summary>Who the clients of the streams are, by what they proved and by what they are connected as.</summary>
internal sealed class LoadClients(ConnectedClients clients, ClientNodeReader nodes, Func<RegistrySnapshot> registry, TimeProvider time, ILogger logger)
{
    public Func<RegistrySnapshot> Registry => registry;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    /// <summary>The node with what is proved of it; throws when it claims to be another (S41).</summary>
    public ClientNode Read(Node? sent, StreamCaller? caller)
    {
        var node = nodes.Read(sent, caller?.Namespace);
        if (caller is null)
        {
            return node;
        }

        if (Connected(node.Id) is { Caller: { } connected } && connected.Id != caller.Id)
        {
            throw new GrpcException(GrpcStatusCode.PermissionDenied, $"Node '{node.Id}' is connected with another identity.");
        }

        return NodeClaims.Require(node, caller);
    }

    /// <summary>The name of the process: as it is registered by its own stream, where there is one (S48).</summary>
    public GraphNode NameOf(ClientNode node, Node sent) => WorkloadNames.Of(Connected(node.Id)?.Node is { Workload: not null } registered ? registered : node, sent);

    /// <summary>The clusters that a client asked for on its own stream.</summary>
    public IEnumerable<string> ClustersOf(string node) =>
        Connected(node)?.Subscriptions.GetValueOrDefault(XdsTypeUrl.Cluster)?.Names ?? [];

    private ConnectedClient? Connected(string node) => clients.Find(node);
}
