using System.Text.Json.Nodes;
using Mesh.Config.Objects.Patches;
using static Mesh.Config.Tests.Objects.JsonNodes;

namespace Mesh.Config.Tests.Objects;

public sealed class JsonPatchTests
{
    /// <summary>RFC 6902 appendix A and section 4, those that succeed.</summary>
    [Theory]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/baz","value":"qux"}]""", """{"baz":"qux","foo":"bar"}""")]
    [InlineData("""{"foo":["bar","baz"]}""", """[{"op":"add","path":"/foo/1","value":"qux"}]""", """{"foo":["bar","qux","baz"]}""")]
    [InlineData("""{"baz":"qux","foo":"bar"}""", """[{"op":"remove","path":"/baz"}]""", """{"foo":"bar"}""")]
    [InlineData("""{"foo":["bar","qux","baz"]}""", """[{"op":"remove","path":"/foo/1"}]""", """{"foo":["bar","baz"]}""")]
    [InlineData("""{"baz":"qux","foo":"bar"}""", """[{"op":"replace","path":"/baz","value":"boo"}]""", """{"baz":"boo","foo":"bar"}""")]
    [InlineData("""{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}""", """[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]""", """{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}""")]
    [InlineData("""{"foo":["all","grass","cows","eat"]}""", """[{"op":"move","from":"/foo/1","path":"/foo/3"}]""", """{"foo":["all","cows","eat","grass"]}""")]
    [InlineData("""{"baz":"qux","foo":["a",2,"c"]}""", """[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]""", """{"baz":"qux","foo":["a",2,"c"]}""")]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/child","value":{"grandchild":{}}}]""", """{"foo":"bar","child":{"grandchild":{}}}""")]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/baz","value":"qux","xyz":123}]""", """{"foo":"bar","baz":"qux"}""")]
    [InlineData("""{"/":9,"~1":10}""", """[{"op":"test","path":"/~01","value":10}]""", """{"/":9,"~1":10}""")]
    [InlineData("""{"foo":["bar"]}""", """[{"op":"add","path":"/foo/-","value":["abc","def"]}]""", """{"foo":["bar",["abc","def"]]}""")]
    [InlineData("""{"a":1}""", """[{"op":"copy","from":"/a","path":"/b"}]""", """{"a":1,"b":1}""")]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"","value":[1]}]""", "[1]")]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/a","value":null}]""", """{"a":null}""")]
    [InlineData("""{"":{"":3}}""", """[{"op":"replace","path":"//","value":4}]""", """{"":{"":4}}""")]
    [InlineData("[1,2]", """[{"op":"add","path":"/2","value":3}]""", "[1,2,3]")]
    [InlineData("""{"a":[{"b":1}]}""", """[{"op":"move","from":"/a/0/b","path":"/a/0/b"}]""", """{"a":[{"b":1}]}""")]
    public void Apply_PatchThatFits_GivesTheResult(string document, string patch, string expected) =>
        AssertSame(expected, JsonPatch.Apply(Node(document), Node(patch)));

    /// <summary>RFC 6902 appendix A.9, A.12 and A.15, and what else does not fit.</summary>
    [Theory]
    [InlineData("""{"baz":"qux"}""", """[{"op":"test","path":"/baz","value":"bar"}]""", "/baz")]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/baz/bat","value":"qux"}]""", "/baz/bat")]
    [InlineData("""{"/":9,"~1":10}""", """[{"op":"test","path":"/~01","value":"10"}]""", "/~01")]
    [InlineData("""{"a":[1]}""", """[{"op":"add","path":"/a/2","value":1}]""", "/a/2")]
    [InlineData("""{"a":[1]}""", """[{"op":"remove","path":"/a/-"}]""", "/a/-")]
    [InlineData("""{"a":[1]}""", """[{"op":"remove","path":"/a/01"}]""", "/a/01")]
    [InlineData("""{"a":[1]}""", """[{"op":"remove","path":"/a/-1"}]""", "/a/-1")]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"/b","value":1}]""", "/b")]
    [InlineData("""{"a":1}""", """[{"op":"remove","path":"/b"}]""", "/b")]
    [InlineData("""{"a":1}""", """[{"op":"copy","from":"/b","path":"/c"}]""", "/b")]
    [InlineData("""{"a":{"b":1}}""", """[{"op":"move","from":"/a","path":"/a/b"}]""", "/a/b")]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"/b","value":null}]""", "/b")]
    public void Apply_PatchThatDoesNotFit_SaysWhere(string document, string patch, string field)
    {
        var error = Assert.Throws<PatchException>(() => JsonPatch.Apply(Node(document), Node(patch)));
        Assert.Equal((PatchFailure.NotApplicable, field), (error.Failure, error.Field));
    }

    [Theory]
    [InlineData("""{"op":"add"}""")]
    [InlineData("""[1]""")]
    [InlineData("""[{"path":"/a"}]""")]
    [InlineData("""[{"op":"add","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/a"}]""")]
    [InlineData("""[{"op":"spam","path":"/a"}]""")]
    [InlineData("""[{"op":"copy","path":"/a"}]""")]
    [InlineData("""[{"op":"remove","path":"a"}]""")]
    [InlineData("""[{"op":"remove","path":"/a~2"}]""")]
    [InlineData("""[{"op":"remove","path":"/a~"}]""")]
    [InlineData("""[{"op":1,"path":"/a"}]""")]
    [InlineData("null")]
    public void Apply_PatchThatIsNone_IsMalformed(string patch)
    {
        var error = Assert.Throws<PatchException>(() => JsonPatch.Apply(Node("""{"a":1}"""), Node(patch)));
        Assert.Equal(PatchFailure.Malformed, error.Failure);
    }

    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("100", "1e2")]
    [InlineData("""{"a":1,"b":[true]}""", """{"b":[true],"a":1.00}""")]
    public void Apply_TestOfEqualValues_Holds(string value, string equal) =>
        AssertSame($$"""{"x":{{value}}}""", JsonPatch.Apply(Node($$"""{"x":{{value}}}"""), Node($$"""[{"op":"test","path":"/x","value":{{equal}}}]""")));

    [Fact]
    public void Apply_FailedOperation_LeavesTheDocumentAlone()
    {
        var document = Object("""{"a":1}""");
        Assert.Throws<PatchException>(() => JsonPatch.Apply(document, Node("""[{"op":"remove","path":"/a"},{"op":"remove","path":"/a"}]""")));
        AssertSame("""{"a":1}""", document);
    }

    [Fact]
    public void Apply_ResourceReplacedByAList_IsRefused() =>
        Assert.Throws<PatchException>(() => JsonPatch.Apply(Object("{}"), Node("""[{"op":"replace","path":"","value":[]}]""")));

    [Fact]
    public void Apply_CopiesThatDouble_AreTooLarge()
    {
        var copies = new JsonArray([.. Enumerable.Range(0, 60).Select(index => Node($$"""{"op":"copy","from":"","path":"/x{{index}}"}"""))]);
        var error = Assert.Throws<PatchException>(() => JsonPatch.Apply(Object("""{"a":"0123456789"}"""), copies));
        Assert.Equal(PatchFailure.TooLarge, error.Failure);
    }

    [Fact]
    public void Apply_CopiesThatNest_AreTooLarge()
    {
        var copies = new JsonArray();
        for (var depth = 2; depth <= 4096; depth *= 2)
        {
            var path = string.Concat(Enumerable.Repeat("/a", depth));
            copies.Add(Node($$"""{"op":"copy","from":"","path":"{{path}}"}"""));
        }

        var error = Assert.Throws<PatchException>(() => JsonPatch.Apply(Object("""{"a":{}}"""), copies));
        Assert.Equal(PatchFailure.TooLarge, error.Failure);
    }

    [Fact]
    public void Apply_TooManyOperations_IsTooLarge()
    {
        var many = new JsonArray([.. Enumerable.Range(0, JsonPatch.MaxOperations + 1).Select(_ => Node("""{"op":"test","path":"","value":{}}"""))]);
        Assert.Equal(PatchFailure.TooLarge, Assert.Throws<PatchException>(() => JsonPatch.Apply(Object("{}"), many)).Failure);
    }
}
