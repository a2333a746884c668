using System.Collections.Frozen;

namespace Mesh.Config.Objects.Selectors;

/// <summary>Which fields the objects of a kind can be selected by.</summary>
internal static class SelectableFields
{
    private static readonly string[] Every = ["metadata.name", "metadata.namespace"];

    private static readonly string[] ClusterScoped = ["metadata.name"];

    private static readonly FrozenDictionary<(string Group, string Kind), string[]> More = new Dictionary<(string Group, string Kind), string[]>
    {
        [("", "Pod")] =
        [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP",
            "status.nominatedNodeName",
        ],
        [("", "Event")] =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
            "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
        ],
        [("", "Secret")] = ["type"],
        [("", "Service")] = ["spec.clusterIP", "spec.type"],
        [("", "Namespace")] = ["status.phase"],
        [("", "Node")] = ["spec.unschedulable"],
        [("", "ReplicationController")] = ["status.replicas"],
        [("apps", "ReplicaSet")] = ["status.replicas"],
    }.ToFrozenDictionary();

    public static IReadOnlyCollection<string> Of(string group, string kind, bool namespaced) =>
        [.. namespaced ? Every : ClusterScoped, .. More.GetValueOrDefault((group, kind), [])];
}
