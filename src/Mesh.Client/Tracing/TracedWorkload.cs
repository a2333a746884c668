using System.Diagnostics;
using Mesh.Client.Model;

namespace Mesh.Client.Tracing;

/// <summary>What spans say of this process, in Istio's words.</summary>
/// <param name="NodeId">The xDS node.</param>
/// <param name="CanonicalService">Label <c>service.istio.io/canonical-name</c>, else <c>app.kubernetes.io/name</c>, else <c>app</c>.</param>
/// <param name="CanonicalRevision">Label <c>service.istio.io/canonical-revision</c>, else <c>app.kubernetes.io/version</c>, else <c>version</c>, else <c>latest</c>.</param>
/// <param name="Namespace">Where it runs.</param>
/// <param name="MeshId">The trust domain.</param>
/// <param name="Name">Of the workload, the same with every start.</param>
internal sealed record TracedWorkload(string NodeId, string CanonicalService, string CanonicalRevision, string Namespace, string MeshId, string Name = "")
{
    private const string Proxy = "proxy";

    /// <summary>The same for expressions.</summary>
    public WorkloadReference ToReference() => new()
    {
        Name = Name, Namespace = Namespace, CanonicalService = CanonicalService, CanonicalRevision = CanonicalRevision, App = CanonicalService, Version = CanonicalRevision,
    };

    public static TracedWorkload Of(string nodeId, string name, MeshOptions options) => new(
        nodeId,
        First(options.Labels, ["service.istio.io/canonical-name", "app.kubernetes.io/name", "app"]) ?? options.Service ?? "",
        First(options.Labels, ["service.istio.io/canonical-revision", "app.kubernetes.io/version", "version"]) ?? "latest",
        options.Namespace,
        options.TrustDomain,
        name);

    public void Tag(Activity activity)
    {
        activity.SetTag(SpanNames.Component, Proxy);
        activity.SetTag(SpanNames.NodeId, NodeId);
        activity.SetTag(SpanNames.CanonicalService, CanonicalService);
        activity.SetTag(SpanNames.CanonicalRevision, CanonicalRevision);
        activity.SetTag(SpanNames.Namespace, Namespace);
        activity.SetTag(SpanNames.MeshId, MeshId);
    }

    private static string? First(IDictionary<string, string> labels, ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (labels.TryGetValue(name, out var value) && value.Length > 0)
            {
                return value;
            }
        }

        return null;
    }
}
