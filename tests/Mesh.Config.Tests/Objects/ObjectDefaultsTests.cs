using Mesh.Config.Objects.Defaults;
using static Mesh.Config.Tests.Objects.JsonNodes;

namespace Mesh.Config.Tests.Objects;

public sealed class ObjectDefaultsTests
{
    [Theory]
    [InlineData("", "Service", """{"spec":{"ports":[{"port":80},{"port":53,"protocol":"UDP","targetPort":"dns"}]}}""",
        """{"spec":{"type":"ClusterIP","sessionAffinity":"None","internalTrafficPolicy":"Cluster","ports":[{"port":80,"protocol":"TCP","targetPort":80},{"port":53,"protocol":"UDP","targetPort":"dns"}]}}""")]
    [InlineData("", "Service", """{"spec":{"type":"ExternalName","externalName":"x.y"}}""", """{"spec":{"type":"ExternalName","externalName":"x.y","sessionAffinity":"None"}}""")]
    [InlineData("", "Service", """{"spec":{"type":"LoadBalancer","sessionAffinity":"ClientIP","clusterIP":"10.0.0.1"}}""",
        """{"spec":{"type":"LoadBalancer","sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":10800}},"clusterIP":"10.0.0.1","clusterIPs":["10.0.0.1"],"internalTrafficPolicy":"Cluster","externalTrafficPolicy":"Cluster","allocateLoadBalancerNodePorts":true}}""")]
    [InlineData("", "Service", """{"metadata":{}}""", """{"metadata":{}}""")]
    [InlineData("", "Namespace", """{"metadata":{"name":"a","labels":{"b":"c"}}}""", """{"metadata":{"name":"a","labels":{"b":"c","kubernetes.io/metadata.name":"a"}}}""")]
    [InlineData("", "Secret", """{"stringData":{"a":"b"},"data":{"a":"eA==","c":"eA=="}}""", """{"type":"Opaque","data":{"a":"Yg==","c":"eA=="}}""")]
    [InlineData("", "ConfigMap", """{"data":{"a":"b"}}""", """{"data":{"a":"b"}}""")]
    [InlineData("discovery.k8s.io", "EndpointSlice", """{"ports":[{"port":1}]}""", """{"ports":[{"port":1,"name":"","protocol":"TCP"}]}""")]
    [InlineData("apps", "ReplicaSet", """{"spec":{"replicas":0}}""", """{"spec":{"replicas":0}}""")]
    [InlineData("apps", "DaemonSet", """{"spec":{"updateStrategy":{"type":"OnDelete"}}}""", """{"spec":{"revisionHistoryLimit":10,"updateStrategy":{"type":"OnDelete"}}}""")]
    [InlineData("networking.istio.io", "VirtualService", """{"spec":{}}""", """{"spec":{}}""")]
    public void Apply_ToASilentObject_SaysWhatKubernetesSays(string group, string kind, string written, string expected)
    {
        var value = Object(written);
        AssertSame(expected, ObjectDefaults.Apply(group, kind, value, live: null));
        AssertSame(written, value);
        AssertSame(expected, ObjectDefaults.Apply(group, kind, Object(expected), live: null));
    }

    [Fact]
    public void Apply_ToAnUpdatedService_KeepsItsAddress()
    {
        var live = Object("""{"spec":{"type":"ClusterIP","clusterIP":"10.0.0.1","clusterIPs":["10.0.0.1"],"ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack"}}""");
        var updated = ObjectDefaults.Apply("", "Service", Object("""{"spec":{"ports":[]}}"""), live);
        AssertSame("""["10.0.0.1"]""", updated["spec"]!["clusterIPs"]);
        AssertSame("\"10.0.0.1\"", updated["spec"]!["clusterIP"]);
        Assert.Null(ObjectDefaults.Apply("", "Service", Object("""{"spec":{"type":"ExternalName"}}"""), live)["spec"]!["clusterIP"]);
    }

    [Fact]
    public void Apply_ToADeployment_FillsTheTemplate() => AssertSame(
        """
        {"spec":{"replicas":1,"revisionHistoryLimit":10,"progressDeadlineSeconds":600,"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"}},
         "template":{"spec":{"dnsPolicy":"ClusterFirst","restartPolicy":"Always","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,
           "serviceAccountName":"a","serviceAccount":"a",
           "volumes":[{"name":"v","emptyDir":{}},{"name":"c","configMap":{"name":"x","defaultMode":420}}],
           "containers":[{"name":"x","image":"r.io:5000/x/y","imagePullPolicy":"Always","terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","resources":{},
             "ports":[{"containerPort":80,"protocol":"TCP"}],
             "env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"metadata.name","apiVersion":"v1"}}}],
             "livenessProbe":{"httpGet":{"port":80,"path":"/","scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3}},
             {"name":"y","image":"y:1.0","imagePullPolicy":"IfNotPresent","terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","resources":{}}]}}}}
        """,
        ObjectDefaults.Apply(
            "apps",
            "Deployment",
            Object("""
                {"spec":{"template":{"spec":{"serviceAccountName":"a","volumes":[{"name":"v"},{"name":"c","configMap":{"name":"x"}}],
                  "containers":[{"name":"x","image":"r.io:5000/x/y","ports":[{"containerPort":80}],"env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],"livenessProbe":{"httpGet":{"port":80}}},
                  {"name":"y","image":"y:1.0"}]}}}}
                """),
            live: null));
}
