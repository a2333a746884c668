using Mesh.Config.Istio.Security;
using static Mesh.Config.Istio.Security.PeerAuthentication.Types;
using static Mesh.Config.Istio.Security.PeerAuthentication.Types.MutualTLS.Types;

namespace Mesh.ControlPlane.Generation.Inbound.Authentication;

/// <summary>Tells which connections a port of a workload takes: the port's mode, else the workload's, its namespace's, the mesh's, else PERMISSIVE.</summary>
internal static class PeerAuthenticationResolver
{
    /// <param name="index">The policies.</param>
    /// <param name="namespace">Of the workload.</param>
    /// <param name="hasLabels">Whether the workload carries every label of a selector.</param>
    /// <param name="port">Where the workload listens, not the port of a service.</param>
    /// <returns>Never <see cref="Mode.Unset"/>.</returns>
    public static Mode Resolve(ConfigIndex index, string @namespace, Func<IDictionary<string, string>, bool> hasLabels, int port)
    {
        var root = index.Settings.RootNamespace;
        var mode = Narrow(Mode.Permissive, OfNamespace(index, root)?.Mtls);
        if (@namespace == root)
        {
            // As istiod: a selector in the root namespace selects nothing.
            return mode;
        }

        mode = Narrow(mode, OfNamespace(index, @namespace)?.Mtls);
        var own = index.PeerAuthentications.Of(@namespace).FirstOrDefault(policy => HasSelector(policy.Spec) && hasLabels(policy.Spec.Selector.MatchLabels))?.Spec;
        mode = Narrow(mode, own?.Mtls);
        return own is not null && own.PortLevelMtls.TryGetValue((uint)port, out var ofPort) ? Narrow(mode, ofPort) : mode;
    }

    // Among several the oldest.
    private static PeerAuthentication? OfNamespace(ConfigIndex index, string @namespace) =>
        index.PeerAuthentications.Of(@namespace).FirstOrDefault(policy => !HasSelector(policy.Spec))?.Spec;

    private static Mode Narrow(Mode wider, MutualTLS? setting) => setting is null or { Mode: Mode.Unset } ? wider : setting.Mode;

    private static bool HasSelector(PeerAuthentication policy) => policy.Selector is { MatchLabels.Count: > 0 };
}
