using System.Text;
using System.Text.Json.Nodes;

namespace Mesh.Config.Objects.Defaults;

/// <summary>
/// What the API server of Kubernetes writes into objects of its own kinds where they are silent (its v1 defaults.go),
/// as far as it shows: clients compare what they sent with what they get back.
/// </summary>
internal static class ObjectDefaults
{
    /// <summary>The object with its defaults; kinds without any come back as they are. The arguments are not changed.</summary>
    /// <param name="group">API group of the kind, empty for core.</param>
    /// <param name="kind">As in <c>kind:</c>.</param>
    /// <param name="written">The whole object as it shall be.</param>
    /// <param name="live">What is stored; null when the object is created.</param>
    public static JsonObject Apply(string group, string kind, JsonObject written, JsonObject? live)
    {
        var value = (JsonObject)written.DeepClone();
        switch (group, kind)
        {
            case ("", "Service"):
                ServiceDefaults.Apply(value, live);
                break;
            case ("", "Namespace"):
                NameLabel(value);
                break;
            case ("", "Secret"):
                Secret(value);
                break;
            case ("", "Pod"):
                PodDefaults.Apply(value.Object("spec"));
                break;
            case ("", "PersistentVolumeClaim"):
                value.Object("spec")?.Default("volumeMode", "Filesystem");
                break;
            case ("", "PersistentVolume"):
                value.Object("spec")?.Default("volumeMode", "Filesystem");
                value.Object("spec")?.Default("persistentVolumeReclaimPolicy", "Retain");
                break;
            case ("apps", _):
                WorkloadDefaults.Apply(kind, value.Object("spec"));
                break;
            case ("discovery.k8s.io", "EndpointSlice"):
                EndpointSlice(value);
                break;
        }

        return value;
    }

    /// <summary>Every namespace can be selected by its name (KEP 2161).</summary>
    private static void NameLabel(JsonObject value)
    {
        if (value.Object("metadata") is not { } metadata || metadata.Text("name").Length == 0)
        {
            return;
        }

        metadata.Default("labels", new JsonObject());
        metadata.Object("labels")!["kubernetes.io/metadata.name"] = metadata.Text("name");
    }

    /// <summary>stringData is written and never read: it becomes data.</summary>
    private static void Secret(JsonObject value)
    {
        value.Default("type", "Opaque");
        if (value.Object("stringData") is { } texts)
        {
            value.Default("data", new JsonObject());
            foreach (var (name, _) in texts)
            {
                value.Object("data")![name] = Convert.ToBase64String(Encoding.UTF8.GetBytes(texts.Text(name)));
            }
        }

        value.Remove("stringData");
    }

    private static void EndpointSlice(JsonObject value)
    {
        foreach (var port in value.Objects("ports"))
        {
            port.Default("name", "");
            port.Default("protocol", "TCP");
        }
    }
}
