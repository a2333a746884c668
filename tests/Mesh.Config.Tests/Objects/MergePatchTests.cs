using Mesh.Config.Objects.Patches;
using static Mesh.Config.Tests.Objects.JsonNodes;

namespace Mesh.Config.Tests.Objects;

public sealed class MergePatchTests
{
    /// <summary>RFC 7386 appendix A, all of them.</summary>
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [InlineData("""{"a":"foo"}""", "null", "null")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("[1,2]", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void Merge_ExamplesOfTheRfc_GiveTheirResults(string target, string patch, string expected) =>
        AssertSame(expected, MergePatch.Merge(Node(target), Node(patch)));

    [Fact]
    public void Merge_ExampleOfSection3_GivesItsResult() => AssertSame(
        """{"title":"Hello!","author":{"givenName":"John"},"tags":["example"],"content":"This will be unchanged","phoneNumber":"+01-123-456-7890"}""",
        MergePatch.Merge(
            Node("""{"title":"Goodbye!","author":{"givenName":"John","familyName":"Doe"},"tags":["example","sample"],"content":"This will be unchanged"}"""),
            Node("""{"title":"Hello!","phoneNumber":"+01-123-456-7890","author":{"familyName":null},"tags":["example"]}""")));

    [Theory]
    [InlineData("[]", "a list")]
    [InlineData("null", "null")]
    [InlineData("\"text\"", "the string \"text\"")]
    public void Apply_PatchThatIsNoObject_IsMalformed(string patch, string found)
    {
        var error = Assert.Throws<PatchException>(() => MergePatch.Apply([], Node(patch)));
        Assert.Equal(PatchFailure.Malformed, error.Failure);
        Assert.Contains(found, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_Always_LeavesItsArgumentsAlone()
    {
        var target = Object("""{"a":{"b":1},"c":2}""");
        var patch = Object("""{"a":{"b":null,"d":[1]},"c":null}""");
        AssertSame("""{"a":{"d":[1]}}""", MergePatch.Apply(target, patch));
        AssertSame("""{"a":{"b":1},"c":2}""", target);
        AssertSame("""{"a":{"b":null,"d":[1]},"c":null}""", patch);
    }

    [Fact]
    public void Difference_ThenApply_GivesTheTarget()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new RandomJson(seed);
            var (from, to) = (random.Object(), random.Object());
            AssertSame(to, MergePatch.Apply(from, MergePatch.Difference(from, to)));
            AssertSame("{}", MergePatch.Difference(from, from));
        }
    }

    [Fact]
    public void Apply_Twice_IsOnce()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new RandomJson(seed);
            var (target, patch) = (random.Object(), random.Object());
            var once = MergePatch.Apply(target, patch);
            AssertSame(once, MergePatch.Apply(once, patch));
        }
    }
}
