using System.Text.Json.Nodes;

namespace Mesh.Config.Objects.Defaults;

/// <summary>Defaults of the kinds that run pods (apps/v1).</summary>
internal static class WorkloadDefaults
{
    public static void Apply(string kind, JsonObject? spec)
    {
        if (spec is null)
        {
            return;
        }

        switch (kind)
        {
            case "Deployment":
                spec.Default("replicas", 1);
                spec.Default("revisionHistoryLimit", 10);
                spec.Default("progressDeadlineSeconds", 600);
                spec.Default("strategy", new JsonObject());
                Rolling(spec.Object("strategy"), ("maxUnavailable", "25%"), ("maxSurge", "25%"));
                break;
            case "ReplicaSet":
                spec.Default("replicas", 1);
                break;
            case "StatefulSet":
                spec.Default("replicas", 1);
                spec.Default("revisionHistoryLimit", 10);
                spec.Default("podManagementPolicy", "OrderedReady");
                spec.Default("updateStrategy", new JsonObject());
                Rolling(spec.Object("updateStrategy"), ("partition", 0));
                spec.Default("persistentVolumeClaimRetentionPolicy", new JsonObject { ["whenDeleted"] = "Retain", ["whenScaled"] = "Retain" });
                break;
            case "DaemonSet":
                spec.Default("revisionHistoryLimit", 10);
                spec.Default("updateStrategy", new JsonObject());
                Rolling(spec.Object("updateStrategy"), ("maxUnavailable", 1), ("maxSurge", 0));
                break;
            default:
                return;
        }

        PodDefaults.Apply(spec.Object("template")?.Object("spec"));
    }

    private static void Rolling(JsonObject? strategy, params (string Name, JsonNode Value)[] settings)
    {
        strategy?.Default("type", "RollingUpdate");
        if (strategy?.Text("type") != "RollingUpdate")
        {
            return;
        }

        strategy.Default("rollingUpdate", new JsonObject());
        foreach (var (name, value) in settings)
        {
            strategy.Object("rollingUpdate")?.Default(name, value);
        }
    }
}
