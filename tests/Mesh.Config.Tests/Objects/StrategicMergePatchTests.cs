using Mesh.Config.Objects.Patches;
using Mesh.Config.Schema;
using static Mesh.Config.Tests.Objects.JsonNodes;

namespace Mesh.Config.Tests.Objects;

public sealed class StrategicMergePatchTests
{
    private static readonly TypeSchema Service = KindSchemas.Of(ResourceKinds.Find("", "Service")!).Object;
    private static readonly TypeSchema Deployment = KindSchemas.Of(ResourceKinds.Find("apps", "Deployment")!).Object;

    /// <summary>New items go first when the patch gives no order, as in Kubernetes.</summary>
    [Theory]
    [InlineData("""{"spec":{"ports":[{"port":80,"name":"http"}]}}""", """{"spec":{"ports":[{"port":80,"targetPort":8080}]}}""", """{"spec":{"ports":[{"port":80,"name":"http","targetPort":8080}]}}""")]
    [InlineData("""{"spec":{"ports":[{"port":80}]}}""", """{"spec":{"ports":[{"port":443}]}}""", """{"spec":{"ports":[{"port":443},{"port":80}]}}""")]
    [InlineData("""{"spec":{"ports":[{"port":80},{"port":443}]}}""", """{"spec":{"ports":[{"$patch":"delete","port":80}]}}""", """{"spec":{"ports":[{"port":443}]}}""")]
    [InlineData("""{"spec":{"ports":[{"port":80},{"port":443}]}}""", """{"spec":{"ports":[{"$patch":"replace"},{"port":1}]}}""", """{"spec":{"ports":[{"port":1}]}}""")]
    [InlineData("""{"spec":{"ports":[{"port":80},{"port":443}]}}""", """{"spec":{"ports":null}}""", """{"spec":{}}""")]
    [InlineData("""{"spec":{"ports":[{"port":80},{"port":443}]}}""", """{"spec":{"$setElementOrder/ports":[{"port":443},{"port":80}]}}""", """{"spec":{"ports":[{"port":443},{"port":80}]}}""")]
    [InlineData("""{"spec":{"ports":[{"port":80},{"port":443}]}}""", """{"spec":{"$setElementOrder/ports":[{"port":9},{"port":443}],"ports":[{"port":9},{"port":80,"$patch":"delete"}]}}""", """{"spec":{"ports":[{"port":9},{"port":443}]}}""")]
    [InlineData("""{"spec":{"ports":[{"port":1},{"port":2},{"port":3}]}}""", """{"spec":{"$setElementOrder/ports":[{"port":1},{"port":3}],"ports":[{"port":3,"name":"c"}]}}""", """{"spec":{"ports":[{"port":1},{"port":2},{"port":3,"name":"c"}]}}""")]
    [InlineData("""{"spec":{"selector":{"a":"b"}}}""", """{"spec":{"selector":{"c":"d"}}}""", """{"spec":{"selector":{"a":"b","c":"d"}}}""")]
    [InlineData("""{"spec":{"selector":{"a":"b"}}}""", """{"spec":{"selector":{"$patch":"replace","c":"d"}}}""", """{"spec":{"selector":{"c":"d"}}}""")]
    [InlineData("""{"spec":{"selector":{"a":"b"}}}""", """{"spec":{"selector":{"$patch":"delete"}}}""", """{"spec":{"selector":{}}}""")]
    [InlineData("""{"spec":{"selector":{"a":"b"}}}""", """{"spec":{"selector":{"$patch":"merge","c":"d"}}}""", """{"spec":{"selector":{"a":"b","c":"d"}}}""")]
    [InlineData("""{"spec":{"externalIPs":["1.1.1.1"]}}""", """{"spec":{"externalIPs":["2.2.2.2"]}}""", """{"spec":{"externalIPs":["2.2.2.2"]}}""")]
    [InlineData("""{"metadata":{"finalizers":["a","b"]}}""", """{"metadata":{"finalizers":["c","a"]}}""", """{"metadata":{"finalizers":["c","a","b"]}}""")]
    [InlineData("""{"metadata":{"finalizers":["a","b"]}}""", """{"metadata":{"$deleteFromPrimitiveList/finalizers":["a"]}}""", """{"metadata":{"finalizers":["b"]}}""")]
    [InlineData("""{"metadata":{"finalizers":["a","b"]}}""", """{"metadata":{"$deleteFromPrimitiveList/finalizers":["a"],"$setElementOrder/finalizers":["c","b"],"finalizers":["c"]}}""", """{"metadata":{"finalizers":["c","b"]}}""")]
    [InlineData("{}", """{"metadata":{"labels":{"a":null,"b":"c"}}}""", """{"metadata":{"labels":{"b":"c"}}}""")]
    [InlineData("{}", """{"spec":{"ports":[{"port":80},{"$patch":"delete","port":1}]}}""", """{"spec":{"ports":[{"port":80}]}}""")]
    public void Apply_ToAService_GivesTheResult(string target, string patch, string expected) =>
        AssertSame(expected, StrategicMergePatch.Apply(Object(target), Node(patch), Service));

    [Fact]
    public void Apply_ContainersEnvAndMounts_AreMergedByTheirKeys() => AssertSame(
        """
        {"spec":{"template":{"spec":{"containers":[
          {"name":"side","image":"s:1"},
          {"name":"app","image":"a:2","env":[{"name":"A","value":"2"},{"name":"B","value":"1"}],"volumeMounts":[{"mountPath":"/y","name":"v"},{"mountPath":"/x","name":"v"}],"args":["z"]}
        ],"tolerations":[{"key":"b"}],"imagePullSecrets":[{"name":"q"},{"name":"p"}]}}}}
        """,
        StrategicMergePatch.Apply(
            Object("""
                {"spec":{"template":{"spec":{"containers":[
                  {"name":"side","image":"s:1"},
                  {"name":"app","image":"a:1","env":[{"name":"A","value":"1"},{"name":"B","value":"1"}],"volumeMounts":[{"mountPath":"/x","name":"v"}],"args":["x","y"]}
                ],"tolerations":[{"key":"a"}],"imagePullSecrets":[{"name":"p"}]}}}}
                """),
            Node("""
                {"spec":{"template":{"spec":{"containers":[
                  {"name":"app","image":"a:2","env":[{"name":"A","value":"2"}],"volumeMounts":[{"mountPath":"/y","name":"v"}],"args":["z"]}
                ],"tolerations":[{"key":"b"}],"imagePullSecrets":[{"name":"q"}]}}}}
                """),
            Deployment));

    [Fact]
    public void Apply_RetainKeys_DropsTheOthers() => AssertSame(
        """{"spec":{"strategy":{"type":"Recreate"},"template":{"spec":{"volumes":[{"name":"v","emptyDir":{}}]}}}}""",
        StrategicMergePatch.Apply(
            Object("""{"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}},"template":{"spec":{"volumes":[{"name":"v","hostPath":{"path":"/"}}]}}}}"""),
            Node("""{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"},"template":{"spec":{"volumes":[{"$retainKeys":["name","emptyDir"],"name":"v","emptyDir":{},"hostPath":null}]}}}}"""),
            Deployment));

    [Theory]
    [InlineData("""{"spec":{"ports":[{"name":"x"}]}}""", "spec.ports[0]")]
    [InlineData("""{"spec":{"ports":[1]}}""", "spec.ports")]
    [InlineData("""{"spec":{"ports":[{"port":1},2]}}""", "spec.ports")]
    [InlineData("""{"spec":{"$patch":"spam"}}""", "spec")]
    [InlineData("""{"spec":{"$retainKeys":["a"],"type":"x"}}""", "spec")]
    [InlineData("""{"spec":{"$retainKeys":[1]}}""", "spec")]
    [InlineData("""{"metadata":{"$deleteFromPrimitiveList/finalizers":"a"}}""", "metadata.finalizers ($deleteFromPrimitiveList/finalizers)")]
    [InlineData("[]", "")]
    public void Apply_PatchThatIsNone_IsMalformed(string patch, string field)
    {
        var target = Object("""{"metadata":{"finalizers":["a"]},"spec":{"ports":[{"port":1}]}}""");
        var error = Assert.Throws<PatchException>(() => StrategicMergePatch.Apply(target, Node(patch), Service));
        Assert.Equal((PatchFailure.Malformed, field), (error.Failure, error.Field));
    }

    [Fact]
    public void Apply_OnRandomObjects_NeitherFailsNorChangesItsArguments()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new RandomJson(seed);
            var (target, patch) = (random.Object(), random.Object());
            var (targetText, patchText) = (target.ToJsonString(), patch.ToJsonString());
            var once = StrategicMergePatch.Apply(target, patch, Service);
            AssertSame(MergePatch.Apply(target, patch), once);
            Assert.Equal((targetText, patchText), (target.ToJsonString(), patch.ToJsonString()));
        }
    }
}
