using System.Text;
using System.Text.Json;
using Mesh.Client.Model.Apis;
using Mesh.Server.Apis.Transformations;

namespace Mesh.Server.Tests.Apis;

/// <summary>What named places of a JSON document become.</summary>
public sealed class JsonEditsTests
{
    [Theory]
    [InlineData("""{"a":1,"b":2}""", "/a", """{"b":2}""")]
    [InlineData("""{"a":[1,2,3]}""", "/a/1", """{"a":[1,3]}""")]
    [InlineData("""{"a":[{"x":1,"y":2},{"x":3}]}""", "/a/*/x", """{"a":[{"y":2},{}]}""")]
    [InlineData("""{"a":[1,2]}""", "/a/*", """{"a":[]}""")]
    [InlineData("""{"a/b":1,"m~n":2}""", "/a~1b", """{"m~n":2}""")]
    [InlineData("""{"a":1}""", "/b/c", """{"a":1}""")]
    [InlineData("""[]""", "/0", """[]""")]
    public void Apply_Removal_TakesThePlaceAway(string document, string place, string expected) =>
        Assert.Equal(expected, Apply(document, new JsonChange([], [Place(place)], [], 100)));

    [Theory]
    [InlineData("""{}""", "/a/b", "1", """{"a":{"b":1}}""")]
    [InlineData("""{"a":5}""", "/a", "{\"b\":[true]}", """{"a":{"b":[true]}}""")]
    [InlineData("""{"a":[1]}""", "/a/-", "2", """{"a":[1,2]}""")]
    [InlineData("""{"a":[{},{}]}""", "/a/*/x", "\"é\"", """{"a":[{"x":"é"},{"x":"é"}]}""")]
    [InlineData("""{"a":5}""", "/a/b", "1", """{"a":5}""")]
    public void Apply_Value_IsSetInItsPlace(string document, string place, string value, string expected) =>
        Assert.Equal(expected, Apply(document, new JsonChange([], [], [KeyValuePair.Create(Place(place), value)], 100)));

    [Theory]
    [InlineData("""{"a":1,"b":2}""", "/a", "c", """{"c":1,"b":2}""")]
    [InlineData("""{"a":1,"b":2}""", "/b", "a", """{"a":2}""")]
    [InlineData("""{"b":1}""", "/a", "c", """{"b":1}""")]
    public void Apply_Rename_KeepsValueAndPlace(string document, string place, string name, string expected) =>
        Assert.Equal(expected, Apply(document, new JsonChange([KeyValuePair.Create(Place(place), name)], [], [], 100)));

    [Theory]
    [InlineData("{")]
    [InlineData("""{"a":1,"a":2}""")]
    public void Apply_ToNoJson_Throws(string document) => Assert.ThrowsAny<JsonException>(() => Apply(document, new JsonChange([], [Place("/a")], [], 100)));

    private static JsonPlace Place(string text) => JsonPlace.Parse(text)!;

    private static string Apply(string document, JsonChange change) => Encoding.UTF8.GetString(JsonEdits.Apply(Encoding.UTF8.GetBytes(document), change));
}
