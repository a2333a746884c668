using System.Text;
using System.Text.Json.Nodes;
using Mesh.Config;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>Fills in what Kubernetes fills in when an object of one of its own kinds is written, as far as clients look at it.</summary>
internal static class ObjectDefaults
{
    public static void Apply(ResourceKind kind, JsonObject document)
    {
        switch (kind.Group, kind.Kind)
        {
            case ("", "Service") when document["spec"] is JsonObject spec:
                Service(spec);
                break;
            case ("", "Secret"):
                Secret(document);
                break;
            case ("", "Namespace"):
                Namespace(document);
                break;
            case ("apps", "Deployment" or "StatefulSet") when document["spec"] is JsonObject spec:
                spec.TryAdd("replicas", 1);
                break;
        }
    }

    private static void Service(JsonObject spec)
    {
        spec.TryAdd("type", "ClusterIP");
        spec.TryAdd("sessionAffinity", "None");
        foreach (var port in (spec["ports"] as JsonArray ?? []).OfType<JsonObject>())
        {
            port.TryAdd("protocol", "TCP");
            if (port["targetPort"] is null && port["port"] is { } number)
            {
                port["targetPort"] = number.DeepClone();
            }
        }
    }

    // stringData is for writing only.
    private static void Secret(JsonObject document)
    {
        document.TryAdd("type", "Opaque");
        if (document["stringData"] is JsonObject plain)
        {
            if (document["data"] is not JsonObject encoded)
            {
                document["data"] = encoded = [];
            }

            foreach (var (name, value) in plain)
            {
                encoded[name] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value?.ToString() ?? ""));
            }

            document.Remove("stringData");
        }
    }

    private static void Namespace(JsonObject document)
    {
        var metadata = ObjectMetadata.Of(document);
        var labels = metadata["labels"] as JsonObject;
        if (labels is null)
        {
            metadata["labels"] = labels = [];
        }

        labels["kubernetes.io/metadata.name"] = ObjectMetadata.Text(document, "name");
        if (document["spec"]?["finalizers"] is null)
        {
            document["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
        }

        document["status"] = new JsonObject { ["phase"] = metadata["deletionTimestamp"] is null ? "Active" : "Terminating" };
    }
}
