using System.Text.Json.Nodes;
using Mesh.Config.Objects.Ownership;
using Mesh.Config.Schema;
using Mesh.Testing.Time;
using static Mesh.Config.Tests.Objects.JsonNodes;

namespace Mesh.Config.Tests.Objects;

public sealed class FieldOwnershipTests
{
    private static readonly TypeSchema VirtualService = KindSchemas.Of(ResourceKinds.VirtualService).Object;

    private static readonly FieldOperation Edit = new("kubectl-edit", "networking.istio.io/v1");

    private readonly FakeTimeProvider _time = new();

    private FieldOwnership Ownership => new(_time);

    [Fact]
    public void Update_Creation_OwnsEverythingButTheServersFields()
    {
        var created = Whole("""{"hosts":["x"],"http":[{"name":"a"}]}""", """{"name":"x","uid":"u","generation":1,"labels":{"app":"a"}}""");
        AssertSame(
            """{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{".":{},"f:hosts":{},"f:http":{}}}""",
            Fields(Ownership.Update(null, created, Edit, VirtualService), "kubectl-edit"));
    }

    [Fact]
    public void Update_ChangedField_MovesToTheWriter()
    {
        var live = Ownership.Update(null, Whole("""{"hosts":["x"],"gateways":["g"]}"""), Edit with { Manager = "a" }, VirtualService);
        _time.Advance(TimeSpan.FromMinutes(1));
        var updated = Whole("""{"hosts":["y"],"gateways":["g"]}""");
        var result = Ownership.Update(live, updated, Edit with { Manager = "b" }, VirtualService);
        AssertSame("""{"f:spec":{".":{},"f:gateways":{}}}""", Fields(result, "a"));
        AssertSame("""{"f:spec":{"f:hosts":{}}}""", Fields(result, "b"));
        Assert.Equal("2030-01-01T00:01:00Z", (string?)Entry(result, "b")!["time"]);
        Assert.Equal("2030-01-01T00:00:00Z", (string?)Entry(result, "a")!["time"]);
    }

    [Fact]
    public void Update_OfWhatWasApplied_TakesItFromTheApplier()
    {
        var applied = new ServerSideApply(_time).Apply(null, Whole("""{"hosts":["x"]}"""), Edit with { Manager = "kubectl" }, force: false, VirtualService);
        var result = Ownership.Update(applied, Whole("""{"hosts":["y"]}"""), Edit with { Manager = "kubectl" }, VirtualService);
        Assert.Equal("Update", (string?)Assert.Single(result["metadata"]!["managedFields"]!.AsArray())!["operation"]);
    }

    [Fact]
    public void Update_ThatChangesNothing_KeepsTheEntries()
    {
        var live = Ownership.Update(null, Whole("""{"hosts":["x"]}"""), Edit, VirtualService);
        _time.Advance(TimeSpan.FromMinutes(1));
        AssertSame(live, Ownership.Update(live, Whole("""{"hosts":["x"]}"""), Edit with { Manager = "b" }, VirtualService));
    }

    [Fact]
    public void Update_ThatOnlyRemoves_OwnsNothing()
    {
        var live = Ownership.Update(null, Whole("""{"hosts":["x"],"gateways":["g"]}"""), Edit, VirtualService);
        var result = Ownership.Update(live, Whole("""{"hosts":["x"]}"""), Edit with { Manager = "b" }, VirtualService);
        AssertSame("""{"f:spec":{".":{},"f:hosts":{}}}""", Fields(result, "kubectl-edit"));
        Assert.Null(Entry(result, "b"));
    }

    [Fact]
    public void Update_OfAnUntrackedObject_LeavesItUntracked()
    {
        var result = Ownership.Update(Whole("""{"hosts":["x"]}"""), Whole("""{"hosts":["y"]}"""), Edit, VirtualService);
        Assert.Null(result["metadata"]!["managedFields"]);
    }

    [Fact]
    public void Update_WithClearedManagedFields_ForgetsThem()
    {
        var live = Ownership.Update(null, Whole("""{"hosts":["x"]}"""), Edit, VirtualService);
        var result = Ownership.Update(live, Whole("""{"hosts":["x"]}""", """{"name":"x","managedFields":[{}]}"""), Edit, VirtualService);
        Assert.Null(result["metadata"]!["managedFields"]);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""[{"manager":"z","operation":"Spam","fieldsV1":{}}]""")]
    [InlineData("""[{"manager":"z","operation":"Update","fieldsType":"FieldsV1","fieldsV1":{"x:a":{}}}]""")]
    [InlineData("""[{"manager":"z","operation":"Update","fieldsV1":{"k:{\"a\":1":{}}}]""")]
    [InlineData("""[{"manager":"z","operation":"Update","fieldsV1":7}]""")]
    [InlineData("""[1]""")]
    public void Update_WithManagedFieldsThatAreNone_KeepsTheLiveOnes(string managedFields)
    {
        var live = Ownership.Update(null, Whole("""{"hosts":["x"]}"""), Edit, VirtualService);
        var updated = Whole("""{"hosts":["x"]}""", """{"name":"x","managedFields":""" + managedFields + "}");
        AssertSame(live, Ownership.Update(live, updated, Edit, VirtualService));
    }

    [Fact]
    public void Update_WithManagedFieldsOfTheClient_TakesThem()
    {
        var live = Ownership.Update(null, Whole("""{"hosts":["x"]}"""), Edit, VirtualService);
        var updated = Whole(
            """{"hosts":["x"]}""",
            """{"name":"x","managedFields":[{"manager":"kubectl","operation":"Apply","apiVersion":"networking.istio.io/v1","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:hosts":{}}}}]}""");
        var result = Ownership.Update(live, updated, Edit, VirtualService);
        Assert.Equal("kubectl", (string?)Assert.Single(result["metadata"]!["managedFields"]!.AsArray())!["manager"]);
    }

    [Fact]
    public void Update_OfStatus_LeavesTheRestToItsOwners()
    {
        var live = Ownership.Update(null, Whole("""{"hosts":["x"]}"""), Edit, VirtualService);
        var updated = Whole("""{"hosts":["x"]}""", """{"name":"x","managedFields":[{}]}""");
        updated["status"] = Node("""{"observedGeneration":1}""");
        var result = Ownership.Update(live, updated, new FieldOperation("mesh", "networking.istio.io/v1", "status"), VirtualService);
        AssertSame("""{"f:status":{".":{},"f:observedGeneration":{}}}""", Fields(result, "mesh"));
        Assert.Equal("status", (string?)Entry(result, "mesh")!["subresource"]);
        Assert.NotNull(Entry(result, "kubectl-edit"));
    }

    [Fact]
    public void Update_ByMoreManagersThanAreKept_PutsTheOldestTogether()
    {
        JsonObject? live = null;
        for (var index = 0; index < ManagedFields.MaxUpdateManagers + 3; index++)
        {
            var updated = Whole($$"""{"hosts":["x"]}""", $$"""{"name":"x","labels":{{Labels(index)}}}""");
            live = Ownership.Update(live, updated, Edit with { Manager = $"m{index}" }, VirtualService);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        var entries = live!["metadata"]!["managedFields"]!.AsArray();
        Assert.Equal(ManagedFields.MaxUpdateManagers + 1, entries.Count);
        Assert.Contains("f:l2", Fields(live, "ancient-changes")!.ToJsonString(), StringComparison.Ordinal);
        Assert.Null(Entry(live, "m2"));
        Assert.NotNull(Entry(live, "m3"));
    }

    [Theory]
    [InlineData("""{"f:a":{".":{},"f:b":{}}}""")]
    [InlineData("""{"f:a":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:name":{}}}}""")]
    [InlineData("""{"f:a":{"v:\"x\"":{},"v:1":{},"i:0":{}}}""")]
    public void FieldsV1_OfASet_ReadsAndWritesTheSame(string json) => AssertSame(json, FieldsV1.Write(FieldsV1.Read(Node(json))!));

    [Fact]
    public void FieldsV1_EqualKeys_AreOneItem() => AssertSame(
        """{"f:a":{"k:{\"a\":1,\"b\":\"x\"}":{"f:c":{},"f:d":{}}}}""",
        FieldsV1.Write(FieldsV1.Read(Node("""{"f:a":{"k:{\"b\":\"x\",\"a\":1.0}":{"f:c":{}},"k:{\"a\":1,\"b\":\"x\"}":{"f:d":{}}}}"""))!));

    private static string Labels(int last) => "{" + string.Join(",", Enumerable.Range(0, last + 1).Select(index => $"\"l{index}\":\"x\"")) + "}";

    private static JsonObject Whole(string spec, string metadata = """{"name":"x"}""") => new()
    {
        ["apiVersion"] = "networking.istio.io/v1",
        ["kind"] = "VirtualService",
        ["metadata"] = Node(metadata),
        ["spec"] = Node(spec),
    };

    private static JsonNode? Entry(JsonObject value, string manager) =>
        (value["metadata"]!["managedFields"] as JsonArray ?? []).FirstOrDefault(entry => (string?)entry!["manager"] == manager);

    private static JsonNode? Fields(JsonObject value, string manager) => Entry(value, manager)?["fieldsV1"];
}
