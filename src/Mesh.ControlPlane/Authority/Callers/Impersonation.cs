using System.Collections.Frozen;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Authority.Callers;

/// <summary>Decides whether a node's agent may have the certificate of another identity: only agents that are named, only for workloads on their own machine (S33).</summary>
/// <param name="accounts">The agents, as <c>namespace/serviceaccount</c>.</param>
/// <param name="workloads">Who runs where.</param>
/// <param name="trustDomain">Of this mesh.</param>
internal sealed class Impersonation(IEnumerable<string> accounts, INodeWorkloads workloads, string trustDomain)
{
    private readonly FrozenSet<string> _accounts = accounts.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Why not, for the log; null when it may.</summary>
    public string? Refuse(Caller caller, string identity, out SpiffeId? id)
    {
        if (!SpiffeId.TryParse(identity, out id, out var error))
        {
            return $"'{identity}' is no SPIFFE id: {error}";
        }

        if (id.TrustDomain != trustDomain || id.ServiceAccount is null)
        {
            return $"'{id}' is no workload of trust domain '{trustDomain}'";
        }

        if (!_accounts.Contains($"{caller.Id.Namespace}/{caller.Id.ServiceAccount}"))
        {
            return $"it asked for '{id}', and its account is not one of Authority:NodeAccounts";
        }

        if (caller.Node is not { Length: > 0 } node)
        {
            return $"it asked for '{id}', and its credential does not say which node it runs on";
        }

        return workloads.RunsOn(node, id) ? null : $"it asked for '{id}', of which no workload runs on its node '{node}'";
    }
}
