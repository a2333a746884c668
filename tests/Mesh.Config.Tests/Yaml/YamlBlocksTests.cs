using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Mesh.Config.Yaml;
using Mesh.Config.Yaml.Editing;

namespace Mesh.Config.Tests.Yaml;

public sealed class YamlBlocksTests
{
    [Fact]
    public void Write_Resource_ReadsAsKubectlPrintsIt()
    {
        var json = """
            {"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"reviews","labels":{}},
             "spec":{"hosts":["reviews","*.example.com"],"http":[{"match":[{"headers":{"end-user":{"exact":"jason"}}}],"timeout":"10s",
             "route":[{"destination":{"host":"reviews","subset":"v2"},"weight":50}]}],"tcp":[]}}
            """;

        Assert.Equal(
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata:
              name: reviews
              labels: {}
            spec:
              hosts:
              - reviews
              - '*.example.com'
              http:
              - match:
                - headers:
                    end-user:
                      exact: jason
                timeout: 10s
                route:
                - destination:
                    host: reviews
                    subset: v2
                  weight: 50
              tcp: []

            """,
            YamlBlocks.Write(Parse(json)));
    }

    [Theory]
    [InlineData("true", "'true'")]
    [InlineData("no", "'no'")]
    [InlineData("y", "'y'")]
    [InlineData("", "''")]
    [InlineData("~", "'~'")]
    [InlineData("123", "'123'")]
    [InlineData("0x1F", "'0x1F'")]
    [InlineData("1e3", "'1e3'")]
    [InlineData("12:30:45", "'12:30:45'")]
    [InlineData("2026-01-31", "'2026-01-31'")]
    [InlineData("2026-01-31T10:00:00Z", "'2026-01-31T10:00:00Z'")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("a: b", "'a: b'")]
    [InlineData("a:b", "a:b")]
    [InlineData("a #b", "'a #b'")]
    [InlineData("a:", "'a:'")]
    [InlineData("- a", "'- a'")]
    [InlineData("---", "'---'")]
    [InlineData("<<", "'<<'")]
    [InlineData("it's", "'it''s'")]
    [InlineData("'quoted'", "'''quoted'''")]
    [InlineData(" lead", "' lead'")]
    [InlineData("bell\u0007", "\"bell\\u0007\"")]
    [InlineData("tab\tand\rreturn", "\"tab\\tand\\rreturn\"")]
    [InlineData("süß", "'süß'")]
    [InlineData("^/api/v[0-9]+$", "'^/api/v[0-9]+$'")]
    public void Write_String_IsQuotedWhereReadersDiffer(string text, string expected)
    {
        var written = YamlBlocks.Write(Parse(JsonSerializer.Serialize(new { key = text })));

        Assert.Equal($"key: {expected}\n", written);
        Assert.Equal(text, Read(written).GetProperty("key").GetString());
    }

    [Theory]
    [InlineData("one\ntwo\n", "key: |\n  one\n  two\n")]
    [InlineData("one\n\ntwo", "key: |-\n  one\n\n  two\n")]
    [InlineData("one\n# no comment\n", "key: |\n  one\n  # no comment\n")]
    public void Write_Lines_BecomeALiteral(string text, string expected)
    {
        var written = YamlBlocks.Write(Parse(JsonSerializer.Serialize(new { key = text })));

        Assert.Equal(expected, written);
        Assert.Equal(text, Read(written).GetProperty("key").GetString());
    }

    [Theory]
    [InlineData("\nfirst")]
    [InlineData("  first\nsecond")]
    [InlineData("end\n\n")]
    [InlineData("a\n \nb")]
    [InlineData("a\r\nb")]
    public void Write_LinesThatALiteralWouldChange_AreEscaped(string text) =>
        Assert.Equal(text, Read(YamlBlocks.Write(Parse(JsonSerializer.Serialize(new { key = text })))).GetProperty("key").GetString());

    [Fact]
    public void Write_AnyStrings_AreReadBack()
    {
        var words = Gen.Elements("a", "b: ", " #", "\n", "\n\n", "- ", "'", "\"", "\\", "{", "}", "[", ",", "&x", "*x", "!t", "|", ">", "%", "@", "`", "true", "1", ":", "\t", "é", "\u0085", "\u2028", "😀", " ", "?", "---", "...", "#", "~", "=")
            .ArrayOf().Select(string.Concat);
        Prop.ForAll(words.Two().ToArbitrary(), pair =>
        {
            var json = Parse(JsonSerializer.Serialize(new { list = new object[] { pair.Item1, new[] { pair.Item2 }, new Dictionary<string, string> { [pair.Item2] = pair.Item1 } } }));
            return JsonElement.DeepEquals(json, Read(YamlBlocks.Write(json)));
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(2_000).WithReplay(20261121, 1));
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private static JsonElement Read(string yaml) => YamlJson.ToJson(YamlTreeReader.Read(new YamlText(yaml, 1), YamlLimits.Default)!);
}
