using Mesh.Config.Yaml;

namespace Mesh.Config.Tests.Yaml;

public sealed class YamlDocumentsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n---\n# nothing\n---\n...\n")]
    [InlineData("\uFEFF")]
    [InlineData("%YAML 1.2\n---\n")]
    public void Split_NothingButBlanks_IsEmpty(string text) => Assert.Empty(YamlDocuments.Split(text, YamlLimits.Default));

    [Fact]
    public void Split_Documents_KnowTheirFirstLine()
    {
        var documents = YamlDocuments.Split("# x\na: 1\n---\nb: 2\n--- # y\nc: 3", YamlLimits.Default);

        Assert.Equal([1, 3, 5], documents.Select(document => document.FirstLine));
    }

    [Fact]
    public void Split_DashesWithinText_DoNotCut() =>
        Assert.Single(YamlDocuments.Split("a: |\n  ---\n  ---\nb: ----\n", YamlLimits.Default));

    [Theory]
    [InlineData("a: b\n\0\0\0", "zero byte")]
    [InlineData("a: 1\n---\nb: 2\n---\nc: 3\n", "more than 2 documents")]
    [InlineData("a: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "at most 100 are read")]
    public void Split_BeyondTheLimits_IsRefused(string text, string expected)
    {
        var limits = new YamlLimits { Documents = 2, FileLength = 100 };

        Assert.Contains(expected, Assert.Throws<YamlFormatException>(() => YamlDocuments.Split(text, limits)).Message, StringComparison.Ordinal);
    }
}
