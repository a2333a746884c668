using System.Text.Json.Nodes;
using Mesh.Config.Objects.Ownership;
using Mesh.Config.Objects.Patches;
using Mesh.Config.Schema;
using Mesh.Testing.Time;
using static Mesh.Config.Tests.Objects.JsonNodes;

namespace Mesh.Config.Tests.Objects;

public sealed class ServerSideApplyTests
{
    private static readonly TypeSchema Service = KindSchemas.Of(ResourceKinds.Find("", "Service")!).Object;
    private static readonly TypeSchema VirtualService = KindSchemas.Of(ResourceKinds.VirtualService).Object;

    private readonly FakeTimeProvider _time = new();

    private ServerSideApply Ssa => new(_time);

    private FieldOwnership Ownership => new(_time);

    [Fact]
    public void Apply_ToNothing_OwnsWhatIsApplied()
    {
        var created = Apply(null, "kubectl", """{"ports":[{"port":80,"name":"http"}],"selector":{"app":"a"},"type":"ClusterIP"}""");
        AssertSame(
            """
            [{"manager":"kubectl","operation":"Apply","apiVersion":"v1","time":"2030-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":
              {"f:spec":{"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{}}},"f:selector":{},"f:type":{}}}}]
            """,
            created["metadata"]!["managedFields"]);
    }

    [Fact]
    public void Apply_LessThanBefore_RemovesWhatNobodyElseOwns()
    {
        var first = Apply(null, "a", """{"ports":[{"port":80},{"port":443}],"type":"ClusterIP","externalName":"x"}""");
        var both = Apply(first, "b", """{"type":"ClusterIP","ports":[{"port":443}]}""");
        var less = Apply(both, "a", """{"ports":[{"port":80}]}""");
        AssertSame("""{"ports":[{"port":80},{"port":443}],"type":"ClusterIP"}""", less["spec"]);
        AssertSame("""{"ports":[{"port":443}],"type":"ClusterIP"}""", Apply(less, "a", "{}")["spec"]);
    }

    [Fact]
    public void Apply_NothingMore_DropsTheObjectsThatAreLeftEmpty()
    {
        var first = Apply(null, "a", """{"sessionAffinityConfig":{"clientIP":{"timeoutSeconds":3}},"type":"ClusterIP"}""");
        AssertSame("""{"type":"ClusterIP"}""", Apply(first, "a", """{"type":"ClusterIP"}""")["spec"]);
    }

    [Fact]
    public void Apply_OfAnotherValue_ConflictsWithItsOwner()
    {
        var first = Apply(null, "a", """{"ports":[{"port":80,"name":"x"}],"type":"ClusterIP"}""");
        var error = Assert.Throws<ApplyConflictException>(() => Apply(first, "b", """{"ports":[{"port":80,"name":"y"}]}"""));
        Assert.Equal([new FieldConflict("\"a\"", ".spec.ports[port=80,protocol=\"TCP\"].name")], error.Conflicts);
        Assert.Equal("Apply failed with 1 conflict: conflict with \"a\": .spec.ports[port=80,protocol=\"TCP\"].name", error.Message);
    }

    [Fact]
    public void Apply_OfTheSameValue_SharesTheField()
    {
        var first = Apply(null, "a", """{"type":"ClusterIP"}""");
        var both = Apply(first, "b", """{"type":"ClusterIP"}""");
        Assert.Equal(["a", "b"], Managers(both));
        Assert.Throws<ApplyConflictException>(() => Apply(both, "a", """{"type":"NodePort"}"""));
    }

    [Fact]
    public void Apply_WithForce_TakesTheField()
    {
        var first = Apply(null, "a", """{"type":"ClusterIP","externalName":"x"}""");
        var forced = Apply(first, "b", """{"type":"NodePort"}""", force: true);
        AssertSame("""{"type":"NodePort","externalName":"x"}""", forced["spec"]);
        AssertSame("""{"f:spec":{"f:externalName":{}}}""", Fields(forced, "a"));
        AssertSame("""{"f:spec":{"f:type":{}}}""", Fields(forced, "b"));
    }

    [Fact]
    public void Apply_WithSeveralConflicts_NamesThemByManager()
    {
        var first = Apply(null, "a", """{"type":"ClusterIP","externalName":"x"}""");
        var second = Ownership.Update(first, With(first, """{"sessionAffinity":"None"}"""), new FieldOperation("edit", "v1"), Service);
        var error = Assert.Throws<ApplyConflictException>(() => Apply(second, "b", """{"type":"NodePort","externalName":"y","sessionAffinity":"ClientIP"}"""));
        Assert.Equal(
            "Apply failed with 3 conflicts: conflicts with \"a\":\n- .spec.externalName\n- .spec.type\nconflicts with \"edit\" using v1:\n- .spec.sessionAffinity",
            error.Message);
    }

    [Fact]
    public void Apply_AtomicList_IsOneField()
    {
        var first = ApplyTo(VirtualService, null, "a", """{"hosts":["x"],"http":[{"name":"one"}]}""");
        AssertSame("""{"f:spec":{"f:hosts":{},"f:http":{}}}""", Fields(first, "a"));
        Assert.Throws<ApplyConflictException>(() => ApplyTo(VirtualService, first, "b", """{"http":[{"name":"two"}]}"""));
    }

    [Fact]
    public void Apply_NewItems_StandWhereTheyAreApplied()
    {
        var first = Apply(null, "a", """{"ports":[{"port":1},{"port":2},{"port":3}]}""");
        var second = Apply(first, "b", """{"ports":[{"port":9},{"port":3},{"port":1}]}""");
        AssertSame("""[{"port":2},{"port":9},{"port":3},{"port":1}]""", second["spec"]!["ports"]);
    }

    [Fact]
    public void Apply_Null_RemovesAndOwns()
    {
        var first = Ownership.Update(null, Whole("""{"type":"NodePort","externalName":"x"}"""), new FieldOperation("edit", "v1"), Service);
        var second = Apply(first, "a", """{"externalName":null}""");
        AssertSame("""{"type":"NodePort"}""", second["spec"]);
    }

    [Fact]
    public void Apply_ToAnObjectNobodyIsTrackedFor_RespectsWhatIsThere()
    {
        var live = Whole("""{"type":"ClusterIP"}""");
        live["metadata"]!["uid"] = "u";
        var error = Assert.Throws<ApplyConflictException>(() => Apply(live, "a", """{"type":"NodePort"}"""));
        Assert.Equal("\"before-first-apply\" using v1", Assert.Single(error.Conflicts).Manager);
        Assert.Equal(["a", "before-first-apply"], Managers(Apply(live, "a", """{"type":"ClusterIP"}""")));
    }

    [Fact]
    public void Apply_ByKubectlAfterClientSideApply_TakesOverWhatTheAnnotationLists()
    {
        var created = Whole("""{"type":"ClusterIP","externalName":"x"}""");
        created["metadata"]!["annotations"] = new JsonObject { [LastApplied.Annotation] = """{"spec":{"type":"ClusterIP"}}""" };
        var live = Ownership.Update(null, created, new FieldOperation("kubectl-client-side-apply", "v1"), Service);

        var moved = Apply(live, "kubectl", """{"type":"NodePort"}""");
        Assert.Equal("NodePort", (string?)moved["spec"]!["type"]);
        Assert.Contains("\"type\":\"NodePort\"", (string?)moved["metadata"]!["annotations"]![LastApplied.Annotation], StringComparison.Ordinal);

        var error = Assert.Throws<ApplyConflictException>(() => Apply(live, "kubectl", """{"type":"NodePort","externalName":"y"}"""));
        Assert.Equal(".spec.externalName", Assert.Single(error.Conflicts).Field);
        Assert.Throws<ApplyConflictException>(() => Apply(live, "other", """{"type":"NodePort"}"""));
    }

    [Theory]
    [InlineData("""{"ports":[{"name":"x"}]}""", ".spec.ports[0]")]
    [InlineData("""{"ports":[{"port":1},{"port":1,"protocol":"TCP"}]}""", ".spec.ports[1]")]
    public void Apply_ItemsThatCannotBeToldApart_AreRefused(string spec, string field)
    {
        var error = Assert.Throws<PatchException>(() => Apply(null, "a", spec));
        Assert.Equal((PatchFailure.Malformed, field), (error.Failure, error.Field));
    }

    [Fact]
    public void Apply_WithManagedFields_IsRefused()
    {
        var applied = Whole("{}");
        applied["metadata"]!["managedFields"] = new JsonArray(new JsonObject());
        Assert.Throws<PatchException>(() => Ssa.Apply(null, applied, new FieldOperation("a", "v1"), force: false, Service));
    }

    [Fact]
    public void Apply_OfStatus_IsAManagerOfItsOwn()
    {
        var live = ApplyTo(VirtualService, null, "a", """{"hosts":["x"]}""");
        var status = Object("""{"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"x"},"spec":{"hosts":["z"]},"status":{"observedGeneration":1}}""");
        var result = Ssa.Apply(live, status, new FieldOperation("a", "networking.istio.io/v1", "status"), force: false, VirtualService);
        AssertSame("""{"hosts":["x"]}""", result["spec"]);
        AssertSame("""{"observedGeneration":1}""", result["status"]);
        AssertSame("""{"f:status":{"f:observedGeneration":{}}}""", Fields(result, "a", "status"));
        Assert.Null(ApplyTo(VirtualService, null, "a", """{"hosts":["x"]}""", """{"observedGeneration":7}""")["status"]);
    }

    [Fact]
    public void Apply_Again_ChangesNothingAndKeepsItsTime()
    {
        var first = Apply(null, "a", """{"ports":[{"port":80,"name":"http"}],"selector":{"app":"a"}}""");
        _time.Advance(TimeSpan.FromHours(1));
        AssertSame(first, Apply(first, "a", """{"selector":{"app":"a"},"ports":[{"name":"http","port":80}]}"""));
    }

    [Fact]
    public void Apply_InAnotherVersion_IsTheSameManager()
    {
        var first = ApplyTo(VirtualService, null, "a", """{"hosts":["x"]}""");
        var applied = Object("""{"apiVersion":"networking.istio.io/v1beta1","kind":"VirtualService","metadata":{"name":"x"},"spec":{"gateways":["g"]}}""");
        var second = Ssa.Apply(first, applied, new FieldOperation("a", "networking.istio.io/v1beta1"), force: false, VirtualService);
        AssertSame("""{"gateways":["g"]}""", second["spec"]);
        Assert.Equal("networking.istio.io/v1beta1", (string?)Assert.Single(second["metadata"]!["managedFields"]!.AsArray())!["apiVersion"]);
    }

    [Fact]
    public void Apply_OfRandomObjects_IsIdempotentAndOwned()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new RandomJson(seed);
            var live = Ownership.Update(null, Whole(random.Object()), new FieldOperation("edit", "v1"), Service);
            var applied = Whole(random.Object());
            var once = Ssa.Apply(live, applied, new FieldOperation("a", "v1"), force: true, Service);
            AssertSame(once, Ssa.Apply(once, applied, new FieldOperation("a", "v1"), force: false, Service));

            var wanted = OwnedFields.Of(Service, applied, "");
            AssertSame(FieldsV1.Write(wanted), Fields(once, "a") ?? new JsonObject());
            AssertSame(once, StructuredMerge.Merge(Service, once, applied));

            var gone = Ssa.Apply(once, Whole("{}"), new FieldOperation("a", "v1"), force: false, Service);
            var left = OwnedFields.Of(Service, gone, "").Except(FieldsV1.Read(Fields(gone, "edit") ?? new JsonObject())!);
            Assert.Empty(left.Paths().Select(PathElement.Display));
        }
    }

    private JsonObject Apply(JsonObject? live, string manager, string spec, bool force = false) =>
        Ssa.Apply(live, Whole(spec), new FieldOperation(manager, "v1"), force, Service);

    private JsonObject ApplyTo(TypeSchema schema, JsonObject? live, string manager, string spec, string? status = null)
    {
        var applied = Object("""{"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"x"}}""");
        applied["spec"] = Node(spec);
        if (status is not null)
        {
            applied["status"] = Node(status);
        }

        return Ssa.Apply(live, applied, new FieldOperation(manager, "networking.istio.io/v1"), force: false, schema);
    }

    private static JsonObject Whole(string spec) => Whole(Object(spec));

    private static JsonObject Whole(JsonObject spec) =>
        new() { ["apiVersion"] = "v1", ["kind"] = "Service", ["metadata"] = new JsonObject { ["name"] = "s", ["namespace"] = "n" }, ["spec"] = spec };

    private static JsonObject With(JsonObject live, string changes) => MergePatch.Apply(live, new JsonObject { ["spec"] = Node(changes) });

    private static IEnumerable<string?> Managers(JsonObject value) =>
        value["metadata"]!["managedFields"]!.AsArray().Select(entry => (string?)entry!["manager"]).Order(StringComparer.Ordinal);

    private static JsonNode? Fields(JsonObject value, string manager, string subresource = "") =>
        (value["metadata"]!["managedFields"] as JsonArray ?? [])
            .FirstOrDefault(entry => (string?)entry!["manager"] == manager && ((string?)entry["subresource"] ?? "") == subresource)?["fieldsV1"];
}
