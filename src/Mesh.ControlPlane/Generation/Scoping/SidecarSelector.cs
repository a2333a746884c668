using Mesh.Config.Istio.Networking;

namespace Mesh.ControlPlane.Generation.Scoping;

/// <summary>Finds the Sidecar of a client: one that selects it, else its namespace's, else the root namespace's.</summary>
internal static class SidecarSelector
{
    /// <summary>Null when none holds; among equals the oldest.</summary>
    public static Sidecar? Select(ConfigIndex index, ClientView client)
    {
        var own = index.Sidecars.GetValueOrDefault(client.Namespace, []);
        var labels = new ClientLabels(client.Labels);
        return own.FirstOrDefault(sidecar => HasSelector(sidecar) && labels.Match(sidecar.Spec.WorkloadSelector.Labels))?.Spec
            ?? own.FirstOrDefault(sidecar => !HasSelector(sidecar))?.Spec
            ?? index.Sidecars.GetValueOrDefault(index.Settings.RootNamespace, []).FirstOrDefault(sidecar => !HasSelector(sidecar))?.Spec;
    }

    private static bool HasSelector(ConfigResource<Sidecar> sidecar) => sidecar.Spec.WorkloadSelector is { Labels.Count: > 0 };
}
