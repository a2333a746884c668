using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Gateways;

namespace Mesh.ControlPlane.Generation.Secrets;

/// <summary>Says which credentials a workload that is no gateway may have: those of DestinationRules of its namespace whose <c>workloadSelector</c> names it (Istio's ClientTLSSettings).</summary>
internal static class SelectedCredentials
{
    /// <param name="context">Has the client.</param>
    /// <param name="name">Over SDS, of a certificate or of roots.</param>
    public static bool Contain(GenerationContext context, string name) =>
        context.Index.DestinationRules.TryGetValue(context.Client.Namespace, out var rules)
        && rules.Any(rule => rule.Spec.WorkloadSelector is { MatchLabels.Count: > 0 } selector
            && context.Labels.Match(selector.MatchLabels)
            && SettingsOf(rule.Spec).Any(tls => IsOf(name, tls)));

    private static bool IsOf(string name, ClientTLSSettings? tls) =>
        tls is { CredentialName.Length: > 0 } && (name == CredentialName.Of(tls.CredentialName) || name == CredentialName.OfServerRoots(tls.CredentialName));

    private static IEnumerable<ClientTLSSettings?> SettingsOf(DestinationRule rule) =>
        from policy in rule.Subsets.Select(subset => subset.TrafficPolicy).Append(rule.TrafficPolicy)
        where policy is not null
        from tls in policy.PortLevelSettings.Select(port => port.Tls).Append(policy.Tls)
        select tls;
}
