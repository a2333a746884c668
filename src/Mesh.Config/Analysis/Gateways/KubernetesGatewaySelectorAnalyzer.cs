using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Gateways;

/// <summary>Policies that select the pods of a Kubernetes Gateway by labels, where only a target reference counts (IST0166).</summary>
internal sealed class KubernetesGatewaySelectorAnalyzer : IAnalyzer
{
    private const string GatewayLabel = "gateway.networking.k8s.io/gateway-name";

    private static readonly KindName[] Policies = [KindNames.AuthorizationPolicy, KindNames.RequestAuthentication, KindNames.Telemetry, KindNames.WasmPlugin];

    public string Name => "k8sgateway.SelectorAnalyzer";

    public string Description => "Check that selectors are effective for Kubernetes gateway";

    public void Analyze(AnalysisContext context)
    {
        var pods = new WorkloadIndex([.. context.All(KindNames.Pod).Where(pod => pod.Labels.ContainsKey(GatewayLabel))]);
        foreach (var policy in Policies.SelectMany(kind => context.All(kind)))
        {
            var spec = policy.Document.Field("spec");
            if (spec.Field("targetRef").Exists() || !spec.Field("selector").Exists())
            {
                continue;
            }

            foreach (var pod in pods.Select(new LabelSelector(spec.Field("selector").Map("matchLabels")), policy.Namespace))
            {
                context.Report(Messages.IneffectiveSelector, policy, pod.Labels[GatewayLabel]);
            }
        }
    }
}
