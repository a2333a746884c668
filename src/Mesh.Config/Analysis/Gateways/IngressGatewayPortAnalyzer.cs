using System.Text.Json;
using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Analysis.Gateways;

/// <summary>Gateways without workloads, and ports of theirs that no Service leads to (IST0101, IST0162).</summary>
internal sealed class IngressGatewayPortAnalyzer : IAnalyzer
{
    public string Name => "gateway.IngressGatewayPortAnalyzer";

    public string Description => "Checks a gateway's ports against the gateway's Kubernetes service ports";

    public void Analyze(AnalysisContext context)
    {
        var services = context.All(KindNames.Service)
            .Select(service => (Service: service, Selector: new LabelSelector(service.Document.Field("spec").Map("selector"))))
            .ToLookup(entry => entry.Service.Namespace, StringComparer.Ordinal);
        var ports = new Dictionary<AnalysisResource, HashSet<int>>();
        foreach (var resource in context.All(KindNames.Gateway))
        {
            var gateway = resource.Spec<Gateway>();
            var selector = new LabelSelector(gateway.Selector);
            var pods = context.Snapshot.Pods.Select(selector).ToArray();
            var line = selector.LineIn(resource, "spec.selector");
            if (pods.Length == 0)
            {
                context.ReportAt(line, Messages.ReferencedResourceNotFound, resource, "selector", selector.ToString());
                continue;
            }

            var missing = gateway.Servers
                .Where(server => server.Port is not null)
                .Select(server => (int)server.Port.Number)
                .Where(number => !pods.Any(pod => PortsOf(pod).Contains(number)));
            foreach (var number in missing)
            {
                context.ReportAt(line, Messages.GatewayPortNotDefinedOnService, resource, number, selector.ToString());
            }
        }

        HashSet<int> PortsOf(AnalysisResource pod)
        {
            if (!ports.TryGetValue(pod, out var known))
            {
                ports[pod] = known = [.. services[pod.Namespace].Where(entry => entry.Selector.Matches(pod.Labels)).SelectMany(entry => TargetPorts(entry.Service))];
            }

            return known;
        }
    }

    /// <summary>A gateway listens where its Service leads to, not where the Service listens.</summary>
    private static IEnumerable<int> TargetPorts(AnalysisResource service) =>
        service.Document.Field("spec").Items("ports")
            .Where(port => port.Text("protocol") == "TCP")
            .Select(port => TargetPort(port) is not 0 and var target ? target : port.Number("port"));

    private static int TargetPort(JsonElement port) => port.Number("targetPort");
}
