using Mesh.Config.Yaml;

namespace Mesh.Config.Tests.Yaml;

public sealed class YamlTreeReaderTests
{
    [Theory]
    [InlineData("a", nameof(YamlScalarKind.String))]
    [InlineData("\"1\"", nameof(YamlScalarKind.String))]
    [InlineData("'true'", nameof(YamlScalarKind.String))]
    [InlineData("!!str 1", nameof(YamlScalarKind.String))]
    [InlineData("1.20.3", nameof(YamlScalarKind.String))]
    [InlineData("1h", nameof(YamlScalarKind.String))]
    [InlineData("2026-01-31", nameof(YamlScalarKind.String))]
    [InlineData("true", nameof(YamlScalarKind.Boolean))]
    [InlineData("off", nameof(YamlScalarKind.Boolean))]
    [InlineData("12", nameof(YamlScalarKind.Integer))]
    [InlineData("-0x1F", nameof(YamlScalarKind.Integer))]
    [InlineData("0o17", nameof(YamlScalarKind.Integer))]
    [InlineData("1_000", nameof(YamlScalarKind.Integer))]
    [InlineData("1.5", nameof(YamlScalarKind.Float))]
    [InlineData("1e3", nameof(YamlScalarKind.Float))]
    [InlineData("-.inf", nameof(YamlScalarKind.Float))]
    [InlineData("~", nameof(YamlScalarKind.Null))]
    [InlineData("null", nameof(YamlScalarKind.Null))]
    public void Read_Scalar_HasTheTypeOfYaml11(string text, string kind)
    {
        Assert.Equal(kind, Assert.IsType<YamlScalar>(Read(text)).Kind.ToString());
    }

    [Theory]
    [InlineData("017", 15)]
    [InlineData("0x1f", 31)]
    [InlineData("0b101", 5)]
    [InlineData("-1_000", -1000)]
    public void TryParseInteger_Radix_IsRead(string text, int expected)
    {
        Assert.True(YamlScalar.TryParseInteger(text, out var value));
        Assert.Equal(expected, (int)value);
    }

    [Fact]
    public void Read_MergeKey_BringsWhatIsNotWrittenOut()
    {
        var root = Assert.IsType<YamlMapping>(Read("base: &b {a: 1, b: 2}\nuse: {<<: *b, b: 3}"));

        var use = Assert.IsType<YamlMapping>(root.Find("use"));
        Assert.Equal(["b=3", "a=1"], use.Entries.Select(entry => $"{entry.Key.Text}={((YamlScalar)entry.Value).Text}"));
    }

    [Fact]
    public void Read_AliasBomb_IsRefusedBeforeItExpands()
    {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 12).Select(level => $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]\n"));

        var exception = Assert.Throws<YamlFormatException>(() => Read(text));

        Assert.Contains("aliases expanded", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    public void Read_DeepNesting_IsRefused(string open)
    {
        var exception = Assert.Throws<YamlFormatException>(() => Read(string.Concat(Enumerable.Repeat(open, 100_000))));

        Assert.Contains("nested deeper than 64 levels", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NestingThroughAliases_IsRefused()
    {
        var text = "a0: &a0 [x]\n" + string.Concat(Enumerable.Range(1, 80).Select(level => $"a{level}: &a{level} [*a{level - 1}]\n"));

        Assert.Contains("nested deeper", Assert.Throws<YamlFormatException>(() => Read(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: &a [*a]", "has no anchor before it")]
    [InlineData("a: *nowhere", "has no anchor before it")]
    [InlineData("? [a]\n: b", "a key must be a plain word")]
    [InlineData("a: b\n---\nc: d", "a second document starts here")]
    [InlineData("<<: 1", "takes a mapping or a list of mappings")]
    public void Read_BadStructure_SaysWhy(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<YamlFormatException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_SyntaxError_HasTheLineInTheFile()
    {
        var exception = Assert.Throws<YamlFormatException>(() => YamlTreeReader.Read(new YamlText("a: b\n  c: [", 11), YamlLimits.Default));

        Assert.Equal(12, exception.Line);
    }

    [Theory]
    [InlineData("{\"a\": \"b\", \"c\": [1, true, null]}")]
    [InlineData("{\n\t\"a\": \"b\",\n\t\"c\": [\n\t\t1, true, null\n\t]\n}")]
    public void Read_Json_IsYaml(string text)
    {
        var root = Assert.IsType<YamlMapping>(Read(text));

        Assert.Equal("b", Assert.IsType<YamlScalar>(root.Find("a")).Text);
        Assert.Equal(3, Assert.IsType<YamlSequence>(root.Find("c")).Items.Count);
    }

    [Theory]
    [InlineData("\"\\u00e9\"", "é")]
    [InlineData("\"a\\/b\"", "a/b")]
    [InlineData("\"\\ud83d\\ude00\"", "😀")]
    public void Read_JsonEscapes_AreRead(string text, string expected) => Assert.Equal(expected, Assert.IsType<YamlScalar>(Read(text)).Text);

    private static YamlNode? Read(string text) => YamlTreeReader.Read(new YamlText(text, 1), YamlLimits.Default);
}
