using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mesh.Config.Objects.Lifecycle;
using Mesh.Testing.Time;
using static Mesh.Config.Tests.Objects.JsonNodes;

namespace Mesh.Config.Tests.Objects;

public sealed class ObjectLifecycleTests
{
    private readonly FakeTimeProvider _time = new();

    private readonly ObjectLifecycle _lifecycle;

    public ObjectLifecycleTests() => _lifecycle = new ObjectLifecycle(_time, new Random(1));

    [Fact]
    public void Create_Object_HasWhatTheServerGives()
    {
        var created = _lifecycle.Create(Object("""{"metadata":{"name":"x","uid":"mine","generation":9,"deletionTimestamp":"2020-01-01T00:00:00Z"},"spec":{},"status":{"a":1}}"""));
        var metadata = created["metadata"]!.AsObject();
        Assert.True(Guid.TryParse((string?)metadata["uid"], out var uid) && uid.Version == 4);
        Assert.Equal("2030-01-01T00:00:00Z", (string?)metadata["creationTimestamp"]);
        AssertSame("1", metadata["generation"]);
        Assert.Null(metadata["deletionTimestamp"]);
        Assert.Null(created["status"]);
        Assert.NotEqual((string?)metadata["uid"], (string?)_lifecycle.Create(Object("""{"metadata":{"name":"x"}}"""))["metadata"]!["uid"]);
    }

    [Fact]
    public void Create_WithGenerateName_MakesAName()
    {
        var name = (string?)_lifecycle.Create(Object("""{"metadata":{"generateName":"reviews-"}}"""))["metadata"]!["name"];
        Assert.Matches(new Regex("^reviews-[bcdfghjklmnpqrstvwxz2456789]{5}$", RegexOptions.NonBacktracking), name);
    }

    [Theory]
    [InlineData("{}", ObjectRule.Invalid, "metadata.name")]
    [InlineData("""{"metadata":{"name":"x","resourceVersion":"7"}}""", ObjectRule.BadRequest, "metadata.resourceVersion")]
    public void Create_ObjectThatBreaksARule_IsRefused(string json, object rule, string field)
    {
        var error = Assert.Throws<ObjectRuleException>(() => _lifecycle.Create(Object(json)));
        Assert.Equal(((ObjectRule)rule, field), (error.Rule, error.Field));
    }

    [Theory]
    [InlineData("""{"spec":{"a":1}}""", 3)]
    [InlineData("""{"spec":{"a":1.0}}""", 3)]
    [InlineData("""{"spec":{"a":2}}""", 4)]
    [InlineData("""{"spec":{"a":1},"data":{}}""", 4)]
    [InlineData("""{"spec":{"a":1},"status":{"b":2}}""", 3)]
    public void Update_OfContent_RaisesTheGeneration(string content, long generation)
    {
        var written = Object(content);
        written["metadata"] = Node("""{"name":"x","labels":{"new":"label"},"creationTimestamp":"1999-01-01T00:00:00Z","generation":77}""");
        var metadata = ObjectLifecycle.Update(Live(), written).Object["metadata"]!;
        AssertSame(generation.ToString(), metadata["generation"]);
        Assert.Equal("2025-01-01T00:00:00Z", (string?)metadata["creationTimestamp"]);
        Assert.Equal("u", (string?)metadata["uid"]);
        Assert.Equal("n", (string?)metadata["namespace"]);
        Assert.Equal("label", (string?)metadata["labels"]!["new"]);
    }

    [Fact]
    public void Update_OfTheObject_KeepsTheStatus() =>
        AssertSame("""{"a":1}""", ObjectLifecycle.Update(Live(), Object("""{"metadata":{},"spec":{},"status":{"b":2}}""")).Object["status"]);

    [Fact]
    public void Update_OfTheStatus_KeepsTheRest()
    {
        var updated = ObjectLifecycle.Update(Live(), Object("""{"metadata":{"labels":{"x":"y"},"managedFields":[1]},"spec":{"a":9},"status":{"b":2}}"""), "status").Object;
        AssertSame("""{"a":1}""", updated["spec"]);
        AssertSame("""{"b":2}""", updated["status"]);
        Assert.Null(updated["metadata"]!["labels"]);
        AssertSame("[1]", updated["metadata"]!["managedFields"]);
        AssertSame("3", updated["metadata"]!["generation"]);
    }

    [Theory]
    [InlineData("""{"uid":"other"}""", ObjectRule.Precondition, "metadata.uid")]
    [InlineData("""{"name":"other"}""", ObjectRule.Invalid, "metadata.name")]
    [InlineData("""{"namespace":"other"}""", ObjectRule.Invalid, "metadata.namespace")]
    public void Update_OfAnotherObject_IsRefused(string metadata, object rule, string field)
    {
        var error = Assert.Throws<ObjectRuleException>(() => ObjectLifecycle.Update(Live(), new JsonObject { ["metadata"] = Node(metadata) }));
        Assert.Equal(((ObjectRule)rule, field), (error.Rule, error.Field));
    }

    [Fact]
    public void Delete_WithoutFinalizers_RemovesAtOnce() => Assert.True(_lifecycle.Delete(Live()).Remove);

    [Fact]
    public void Delete_WithFinalizers_WaitsForThem()
    {
        var marked = _lifecycle.Delete(Live("""["a","b"]"""));
        Assert.False(marked.Remove);
        Assert.True(ObjectLifecycle.IsDeleting(marked.Object));
        AssertSame("4", marked.Object["metadata"]!["generation"]);

        _time.Advance(TimeSpan.FromHours(1));
        AssertSame(marked.Object, _lifecycle.Delete(marked.Object).Object);

        var fewer = ObjectLifecycle.Update(marked.Object, WithFinalizers(marked.Object, """["b"]"""));
        Assert.False(fewer.Remove);
        Assert.Throws<ObjectRuleException>(() => ObjectLifecycle.Update(fewer.Object, WithFinalizers(fewer.Object, """["b","c"]""")));
        Assert.True(ObjectLifecycle.Update(fewer.Object, WithFinalizers(fewer.Object, "[]")).Remove);
    }

    [Fact]
    public void Delete_OfAnotherUid_IsRefused()
    {
        Assert.True(_lifecycle.Delete(Live(), "u").Remove);
        Assert.Equal(ObjectRule.Precondition, Assert.Throws<ObjectRuleException>(() => _lifecycle.Delete(Live(), "v")).Rule);
    }

    private static JsonObject Live(string finalizers = "[]") => Object(
        """{"metadata":{"name":"x","namespace":"n","uid":"u","generation":3,"creationTimestamp":"2025-01-01T00:00:00Z","finalizers":""" + finalizers
        + """},"spec":{"a":1},"status":{"a":1}}""");

    private static JsonObject WithFinalizers(JsonObject value, string finalizers)
    {
        var copy = (JsonObject)value.DeepClone();
        copy["metadata"]!["finalizers"] = Node(finalizers);
        return copy;
    }
}
