using Mesh.ControlPlane.Serving.Nodes;
using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Serving.Callers;

/// <summary>Holds what a node says of itself against who it is proved to be (S41).</summary>
internal static class NodeClaims
{
    /// <summary>The node with its proved service account; throws PERMISSION_DENIED when it claims to be another.</summary>
    public static ClientNode Require(ClientNode node, StreamCaller caller)
    {
        RequireEqual("namespace", caller.Namespace, node.View.Namespace);
        if (node.ClaimedServiceAccount is { } claimed)
        {
            RequireEqual("service account", caller.ServiceAccount, claimed);
        }

        // Istio's node ids end in the namespace's DNS domain, which completes short names.
        var domain = node.View.DnsDomain;
        if (!domain.StartsWith($"{caller.Namespace}.svc.", StringComparison.Ordinal))
        {
            throw Denied($"its id speaks for the domain '{domain}', and its identity is of namespace '{caller.Namespace}'");
        }

        return node with
        {
            View = node.View with { ServiceAccount = caller.ServiceAccount },
            Workload = node.Workload is { } workload ? workload with { ServiceAccount = caller.ServiceAccount, IsAuthenticated = true } : null,
        };
    }

    private static void RequireEqual(string what, string proved, string claimed)
    {
        if (claimed != proved)
        {
            throw Denied($"it claims {what} '{claimed}', and its identity is of {what} '{proved}'");
        }
    }

    private static GrpcException Denied(string why) =>
        new(GrpcStatusCode.PermissionDenied, $"The node is not who it says it is: {why}.");
}
