using System.Text.Json;
using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Workloads;

/// <summary>Ports of Services whose name does not tell their protocol (IST0118, IST0150).</summary>
internal sealed class PortNameAnalyzer : IAnalyzer
{
    private const string ExternalName = "ExternalName";

    private static readonly HashSet<string> Protocols = new(StringComparer.OrdinalIgnoreCase)
    {
        "tcp", "udp", "grpc", "grpc-web", "http", "http_proxy", "http2", "https", "tls", "mongo", "redis", "mysql", "hbone", "double-hbone",
    };

    private static readonly HashSet<string> KubernetesProtocols = ["kubernetes.io/h2c", "kubernetes.io/ws", "kubernetes.io/wss"];

    /// <summary>Ports of protocols where the server speaks first: taken for TCP whatever they are called.</summary>
    private static readonly HashSet<int> WellKnownPorts = [25, 53, 3306, 27017];

    private static readonly HashSet<string> GatewayControllers =
        ["istio.io-gateway-controller", "istio.io-mesh-controller", "istio.io-eastwest-controller"];

    public string Name => "service.PortNameAnalyzer";

    public string Description => "Checks the port names associated with each service";

    public void Analyze(AnalysisContext context)
    {
        foreach (var service in context.All(KindNames.Service))
        {
            var isManaged = GatewayControllers.Contains(service.Labels.GetValueOrDefault("gateway.istio.io/managed", ""));
            if (!isManaged && !MeshMembership.IsControlPlane(service))
            {
                Check(context, service);
            }
        }
    }

    private static void Check(AnalysisContext context, AnalysisResource service)
    {
        var spec = service.Document.Field("spec");
        var isExternal = spec.Text("type") == ExternalName;
        var index = 0;
        foreach (var port in spec.Items("ports"))
        {
            var line = service.LineOf($"spec.ports[{index++}].port");
            var name = port.Text("name");
            if (TellsProtocol(port) && !(isExternal && name == "tcp"))
            {
                continue;
            }

            if (isExternal)
            {
                context.ReportAt(line, Messages.ExternalNameServiceTypeInvalidPortName, service);
            }
            else
            {
                var target = port.Text("targetPort");
                context.ReportAt(line, Messages.PortNameIsNotUnderNamingConvention, service, name, port.Number("port"), target.Length == 0 ? "0" : target);
            }
        }
    }

    private static bool TellsProtocol(JsonElement port)
    {
        if (port.Text("protocol") == "UDP")
        {
            return true;
        }

        var application = port.Field("appProtocol");
        var name = application.Exists() ? application.Text() : port.Text("name");
        return (application.Exists() && KubernetesProtocols.Contains(name))
            || name.StartsWith("grpc-web", StringComparison.OrdinalIgnoreCase)
            || Protocols.Contains(name.Split('-')[0])
            || WellKnownPorts.Contains(port.Number("port"));
    }
}
