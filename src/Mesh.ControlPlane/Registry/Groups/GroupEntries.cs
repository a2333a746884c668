using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Registry.Networks;

namespace Mesh.ControlPlane.Registry.Groups;

/// <summary>The WorkloadEntries that are made for processes of a WorkloadGroup, in the form that istiod gives them.</summary>
internal static class GroupEntries
{
    public const string GroupAnnotation = "istio.io/autoRegistrationGroup";
    public const string ControllerAnnotation = "istio.io/workloadController";
    public const string ConnectedAnnotation = "istio.io/connectedAt";
    public const string DisconnectedAnnotation = "istio.io/disconnectedAt";

    private const string HealthChecksAnnotation = "proxy.istio.io/health-checks-enabled";

    /// <summary>Of the status; istiod's.</summary>
    public const string HealthyCondition = "Healthy";

    private const string Version = "v1";
    private const int LongestName = 253;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    /// <summary>The entry of a process: <c>group-address</c>, or <c>group-address-network</c>; null when it registers with no group.</summary>
    public static ResourceId? IdOf(WorkloadInstance instance)
    {
        if (instance.Group.Length == 0)
        {
            return null;
        }

        var name = $"{instance.Group}-{instance.Address.Replace(':', '-')}" + (instance.Network.Length > 0 ? $"-{instance.Network}" : "");

        // istiod cuts the front, as the address tells entries apart.
        name = name.Length > LongestName ? name[^LongestName..].TrimStart('-', '.') : name;
        return new ResourceId(ResourceKinds.NetworkingGroup, ResourceKinds.WorkloadEntry.Kind, instance.Namespace, name.ToLowerInvariant());
    }

    /// <summary>Whether the entry was made here, and not by a person.</summary>
    public static bool IsMade(Resource entry) => entry.Annotations.ContainsKey(GroupAnnotation);

    /// <summary>What selectors see of an entry.</summary>
    public static Sources.Workload Workload(Resource entry) => Sources.Workload.Of(entry.Id, entry.Labels, (WorkloadEntry)entry.Spec!) with
    {
        State = IsUnhealthy(entry.Document) ? EndpointState.NotReady : EndpointState.Ready,
    };

    /// <summary>The document of the entry of a process.</summary>
    /// <param name="group">As it is now.</param>
    /// <param name="instance">The process.</param>
    /// <param name="current">What is there; null when nothing is.</param>
    /// <param name="controller">Whoever holds the stream of the process.</param>
    /// <param name="now">When it was found connected.</param>
    public static JsonObject Make(WorkloadGroup group, WorkloadInstance instance, Resource? current, string controller, DateTimeOffset now)
    {
        var id = IdOf(instance)!.Value;
        var document = current is null ? [] : JsonNode.Parse(current.Document.GetRawText())!.AsObject();
        document["apiVersion"] ??= $"{ResourceKinds.NetworkingGroup}/{Version}";
        document["kind"] ??= id.Kind;
        var metadata = document["metadata"] as JsonObject ?? [];
        document["metadata"] = metadata;
        (metadata["name"], metadata["namespace"]) = (id.Name, id.Namespace);
        metadata["uid"] ??= Guid.NewGuid().ToString();
        metadata["creationTimestamp"] ??= Seconds(now);
        var annotations = metadata["annotations"] as JsonObject ?? [];
        metadata["annotations"] = annotations;
        foreach (var (key, value) in group.Metadata?.Annotations.ToArray() ?? [])
        {
            annotations[key] = value;
        }

        if (group.Probe is not null)
        {
            annotations[HealthChecksAnnotation] = "true";
        }

        annotations[GroupAnnotation] = instance.Group;
        annotations[ControllerAnnotation] = controller;
        if (!annotations.ContainsKey(ConnectedAnnotation) || annotations.ContainsKey(DisconnectedAnnotation))
        {
            annotations[ConnectedAnnotation] = Text(now);
            annotations.Remove(DisconnectedAnnotation);
        }

        var labels = LabelsOf(group, instance);
        metadata["labels"] = ToJson(labels);
        var spec = Spec(group.Template ?? new WorkloadEntry(), instance, labels);
        if (!JsonNode.DeepEquals(document["spec"], spec))
        {
            document["spec"] = spec;
            metadata["generation"] = (metadata["generation"]?.GetValue<long>() ?? 0) + 1;
        }

        SetHealth(document, IsHealthy(group, instance), now);
        return document;
    }

    // A process that says its state itself knows it best; of others that have a probe nothing is sent before it is reported (istiod).
    private static bool IsHealthy(WorkloadGroup group, WorkloadInstance instance) =>
        instance.State == EndpointState.Ready && (instance.IsHealthy ?? (group.Probe is null || instance.Ports.Count > 0));

    /// <summary>The document of an entry whose process is gone: it takes nothing, and is removed when its grace time is over.</summary>
    public static JsonObject Leave(Resource current, DateTimeOffset now)
    {
        var document = JsonNode.Parse(current.Document.GetRawText())!.AsObject();
        document["metadata"]!["annotations"]![DisconnectedAnnotation] ??= Text(now);
        SetHealth(document, isHealthy: false, now);
        return document;
    }

    /// <summary>When the process of an entry went; null while it is connected.</summary>
    public static DateTimeOffset? LeftAt(Resource entry) =>
        entry.Annotations.TryGetValue(DisconnectedAnnotation, out var text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;

    private static ImmutableSortedDictionary<string, string> LabelsOf(WorkloadGroup group, WorkloadInstance instance)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        labels.AddRange(instance.Labels);

        // The group is the operator's word, the process' own labels are only what it says.
        foreach (var (key, value) in group.Metadata?.Labels.ToArray() ?? [])
        {
            labels[key] = value;
        }

        foreach (var (key, value) in group.Template?.Labels.ToArray() ?? [])
        {
            labels[key] = value;
        }

        if (instance.Network.Length > 0)
        {
            labels[NetworkGateway.NetworkLabel] = instance.Network;
        }

        return labels.ToImmutable();
    }

    private static JsonObject Spec(WorkloadEntry template, WorkloadInstance instance, ImmutableSortedDictionary<string, string> labels)
    {
        var spec = new JsonObject { ["address"] = instance.Address, ["labels"] = ToJson(labels) };
        var ports = template.Ports.Count > 0 ? template.Ports.ToDictionary(port => port.Key, port => (int)port.Value, StringComparer.Ordinal) : instance.Ports.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, number) in instance.Ports.Where(port => ports.ContainsKey(port.Key)))
        {
            ports[name] = number;
        }

        if (ports.Count > 0)
        {
            spec["ports"] = new JsonObject(ports.OrderBy(port => port.Key, StringComparer.Ordinal).Select(port => KeyValuePair.Create(port.Key, (JsonNode?)port.Value)));
        }

        Set("network", instance.Network.Length > 0 ? instance.Network : template.Network);
        Set("locality", instance.Locality.Length > 0 ? instance.Locality : template.Locality);
        Set("serviceAccount", template.ServiceAccount.Length > 0 ? template.ServiceAccount : instance.ServiceAccount);
        if (template.Weight > 0)
        {
            spec["weight"] = template.Weight;
        }

        return spec;

        void Set(string field, string text)
        {
            if (text.Length > 0)
            {
                spec[field] = text;
            }
        }
    }

    private static bool IsUnhealthy(JsonElement document) =>
        document.Field("status").Items("conditions").Any(condition => condition.Text("type") == HealthyCondition && condition.Text("status") == "False");

    private static void SetHealth(JsonObject document, bool isHealthy, DateTimeOffset now)
    {
        var status = document["status"] as JsonObject ?? [];
        document["status"] = status;
        var conditions = status["conditions"] as JsonArray ?? [];
        status["conditions"] = conditions;
        var text = isHealthy ? "True" : "False";
        var health = conditions.OfType<JsonObject>().FirstOrDefault(condition => condition["type"]?.ToString() == HealthyCondition);
        if (health is null)
        {
            conditions.Add((JsonNode)(health = new JsonObject { ["type"] = HealthyCondition }));
        }

        if (health["status"]?.ToString() != text)
        {
            (health["status"], health["lastProbeTime"], health["lastTransitionTime"]) = (text, Seconds(now), Seconds(now));
        }
    }

    private static JsonObject ToJson(ImmutableSortedDictionary<string, string> labels) => new(labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value)));

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static string Seconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
