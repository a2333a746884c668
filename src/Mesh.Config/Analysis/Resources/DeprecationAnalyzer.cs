using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Analysis.Resources;

/// <summary>Fields and kinds that Istio has given up (IST0002).</summary>
internal sealed class DeprecationAnalyzer : IAnalyzer
{
    private const string RemovedGroup = "rbac.istio.io";

    private static readonly HashSet<string> RemovedKinds = ["ClusterRbacConfig", "RbacConfig", "ServiceRole", "ServiceRoleBinding"];

    public string Name => "deprecation.DeprecationAnalyzer";

    public string Description => "Checks for deprecated Istio types and fields";

    public void Analyze(AnalysisContext context)
    {
        foreach (var resource in context.All(KindNames.VirtualService))
        {
            if (resource.Spec<VirtualService>().Http.Any(rule => rule.Fault?.Delay is { } delay && PercentOf(delay) > 0))
            {
                context.Report(Messages.Deprecated, resource, "HTTPRoute.fault.delay.percent is deprecated; use HTTPRoute.fault.delay.percentage");
            }
        }

        foreach (var resource in context.All(KindNames.Sidecar))
        {
            if (resource.Spec<Sidecar>().OutboundTrafficPolicy?.EgressProxy is not null)
            {
                context.Report(Messages.Deprecated, resource, "OutboundTrafficPolicy.EgressProxy ignored");
            }
        }

        foreach (var definition in context.All(KindNames.CustomResourceDefinition))
        {
            var spec = definition.Document.Field("spec");
            var kind = spec.Field("names").Text("kind");
            if (spec.Text("group") == RemovedGroup && RemovedKinds.Contains(kind))
            {
                context.Report(Messages.Deprecated, definition, $"Custom resource type {RemovedGroup} {kind} is removed");
            }
        }
    }

#pragma warning disable CS0612 // That the field is obsolete is what is looked for.
    private static int PercentOf(HTTPFaultInjection.Types.Delay delay) => delay.Percent;
#pragma warning restore CS0612
}
