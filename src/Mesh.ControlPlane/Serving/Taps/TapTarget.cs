using Mesh.ControlPlane.Graph;

namespace Mesh.ControlPlane.Serving.Taps;

/// <summary>Whom somebody wants to look at: a service or a workload by the names that people use.</summary>
internal sealed class TapTarget
{
    private readonly string _name;
    private readonly bool _services = true;
    private readonly bool _workloads = true;

    private TapTarget(string name, string kind)
    {
        _name = name;
        (_services, _workloads) = kind switch
        {
            "svc" or "service" or "services" => (true, false),
            "" => (true, true),
            _ => (false, true),
        };
    }

    /// <summary>Null for a kind that cannot be looked at.</summary>
    /// <param name="text">NAME, svc/NAME, deploy/NAME or pod/NAME, each also with .NAMESPACE.</param>
    public static TapTarget? Parse(string text)
    {
        var parts = text.Split('/', 2);
        var (kind, name) = parts.Length == 2 ? (parts[0], parts[1]) : ("", text);
        return name.Length > 0 && kind is "" or "svc" or "service" or "services" or "deploy" or "deployment" or "deployments" or "po" or "pod" or "pods" or "workload" or "workloads"
            ? new TapTarget(name, kind)
            : null;
    }

    public bool Means(GraphNode node) =>
        (_services && Is(node.Service, node.Namespace))
        || (_workloads && (Is(node.Workload, node.Namespace) || (node.Workload.LastIndexOf('-') is > 0 and var tail && Is(node.Workload[..tail], node.Namespace))));

    private bool Is(string name, string ns) => name.Length > 0 && (_name == name || _name == $"{name}.{ns}");
}
