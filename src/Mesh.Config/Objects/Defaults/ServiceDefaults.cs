using System.Text.Json.Nodes;

namespace Mesh.Config.Objects.Defaults;

/// <summary>Defaults of a Service. Virtual addresses are not given out here, but one that a service has stays with it.</summary>
internal static class ServiceDefaults
{
    private const string ExternalName = "ExternalName";

    public static void Apply(JsonObject value, JsonObject? live)
    {
        if (value.Object("spec") is not { } spec)
        {
            return;
        }

        spec.Default("type", "ClusterIP");
        spec.Default("sessionAffinity", "None");
        if (spec.Text("sessionAffinity") == "ClientIP")
        {
            spec.Default("sessionAffinityConfig", new JsonObject { ["clientIP"] = new JsonObject { ["timeoutSeconds"] = 10_800 } });
        }

        foreach (var port in spec.Objects("ports"))
        {
            port.Default("protocol", "TCP");
            port.Default("targetPort", port["port"]);
        }

        if (spec.Text("type") == ExternalName)
        {
            return;
        }

        KeepAddresses(spec, live?.Object("spec"));
        spec.Default("internalTrafficPolicy", "Cluster");
        if (spec.Text("type") is "NodePort" or "LoadBalancer")
        {
            spec.Default("externalTrafficPolicy", "Cluster");
        }

        if (spec.Text("type") == "LoadBalancer")
        {
            spec.Default("allocateLoadBalancerNodePorts", true);
        }
    }

    /// <summary>A client that does not know the address it was given does not take it away (service strategy, patchAllocatedValues).</summary>
    private static void KeepAddresses(JsonObject spec, JsonObject? old)
    {
        if (old is not null && old.Text("type") != ExternalName)
        {
            foreach (var name in new[] { "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy" })
            {
                spec.Default(name, old[name]);
            }
        }

        // The two fields say the same (API conventions of dual-stack services).
        if (spec.Text("clusterIP") is { Length: > 0 } address)
        {
            spec.Default("clusterIPs", new JsonArray(address));
        }
        else if (spec["clusterIPs"] is JsonArray { Count: > 0 } addresses)
        {
            spec.Default("clusterIP", addresses[0]);
        }
    }
}
