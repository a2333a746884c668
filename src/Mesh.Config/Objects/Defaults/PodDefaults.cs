using System.Text.Json.Nodes;

namespace Mesh.Config.Objects.Defaults;

/// <summary>Defaults of a pod's spec.</summary>
internal static class PodDefaults
{
    /// <summary>0644, the mode of files that volumes make.</summary>
    private const int FileMode = 420;

    public static void Apply(JsonObject? spec)
    {
        if (spec is null)
        {
            return;
        }

        spec.Default("dnsPolicy", "ClusterFirst");
        spec.Default("restartPolicy", "Always");
        spec.Default("schedulerName", "default-scheduler");
        spec.Default("securityContext", new JsonObject());
        spec.Default("terminationGracePeriodSeconds", 30);

        // The old name of the field is kept in step with the new one.
        if (spec.Text("serviceAccountName") is { Length: > 0 } account)
        {
            spec.Default("serviceAccount", account);
        }

        foreach (var volume in spec.Objects("volumes"))
        {
            Volume(volume);
        }

        foreach (var container in spec.Objects("containers").Concat(spec.Objects("initContainers")))
        {
            Container(container);
        }
    }

    private static void Volume(JsonObject volume)
    {
        if (volume.Count == 1 && volume.ContainsKey("name"))
        {
            volume["emptyDir"] = new JsonObject();
        }

        foreach (var source in new[] { "configMap", "secret", "downwardAPI", "projected" })
        {
            volume.Object(source)?.Default("defaultMode", FileMode);
        }

        volume.Object("hostPath")?.Default("type", "");
        foreach (var source in volume.Object("projected")?.Objects("sources") ?? [])
        {
            source.Object("serviceAccountToken")?.Default("expirationSeconds", 3600);
        }
    }

    private static void Container(JsonObject container)
    {
        container.Default("imagePullPolicy", IsLatest(container.Text("image")) ? "Always" : "IfNotPresent");
        container.Default("terminationMessagePath", "/dev/termination-log");
        container.Default("terminationMessagePolicy", "File");
        container.Default("resources", new JsonObject());
        foreach (var port in container.Objects("ports"))
        {
            port.Default("protocol", "TCP");
        }

        foreach (var variable in container.Objects("env"))
        {
            variable.Object("valueFrom")?.Object("fieldRef")?.Default("apiVersion", "v1");
        }

        foreach (var name in new[] { "livenessProbe", "readinessProbe", "startupProbe" })
        {
            Probe(container.Object(name));
        }

        foreach (var name in new[] { "postStart", "preStop" })
        {
            Get(container.Object("lifecycle")?.Object(name)?.Object("httpGet"));
        }
    }

    private static void Probe(JsonObject? probe)
    {
        if (probe is null)
        {
            return;
        }

        probe.Default("timeoutSeconds", 1);
        probe.Default("periodSeconds", 10);
        probe.Default("successThreshold", 1);
        probe.Default("failureThreshold", 3);
        Get(probe.Object("httpGet"));
        probe.Object("grpc")?.Default("service", "");
    }

    private static void Get(JsonObject? get)
    {
        get?.Default("path", "/");
        get?.Default("scheme", "HTTP");
    }

    /// <summary>An image without a tag or digest, or with the tag latest, may be another one tomorrow.</summary>
    private static bool IsLatest(string image)
    {
        var name = image[(image.LastIndexOf('/') + 1)..];
        return !name.Contains('@', StringComparison.Ordinal)
            && (!name.Contains(':', StringComparison.Ordinal) || name.EndsWith(":latest", StringComparison.Ordinal));
    }
}
