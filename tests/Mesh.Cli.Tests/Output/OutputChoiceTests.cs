using System.Text.Json.Nodes;
using Mesh.Cli.Output;
using Mesh.Cli.Output.JsonPaths;

namespace Mesh.Cli.Tests.Output;

/// <summary>The forms of <c>-o</c>; templates give what kubectl 1.33 gives for the same document.</summary>
public sealed class OutputChoiceTests
{
    private const string Document = """
        {"kind": "List", "items": [
          {"metadata": {"name": "a", "labels": {"app": "x", "app.kubernetes.io/name": "long"}}, "spec": {"ports": [80, 443], "weight": 10, "tls": true}},
          {"metadata": {"name": "b", "labels": {"app": "y"}}, "spec": {"ports": [9080], "weight": 90, "tls": false}}]}
        """;

    [Theory]
    [InlineData("{.items[*].metadata.name}", "a b")]
    [InlineData("{.items[0].metadata.name}", "a")]
    [InlineData("{.items[-1:].metadata.name}", "b")]
    [InlineData("{.items[-1].metadata.name}", "b")]
    [InlineData("{.items[0:2].metadata['name']}", "a b")]
    [InlineData("{.items[0,1].spec.weight}", "10 90")]
    [InlineData("{.items[*]['metadata.name', 'kind']}", "")]
    [InlineData("{.items[0]['spec']['weight','tls']}", "10 true")]
    [InlineData("{..name}", "a b")]
    [InlineData("{.items[0].metadata.labels.app\\.kubernetes\\.io/name}", "long")]
    [InlineData("{.items[0].spec.ports}", "[80,443]")]
    [InlineData("{.items[0].metadata.labels}", "{\"app\":\"x\",\"app.kubernetes.io/name\":\"long\"}")]
    [InlineData("{.items[?(@.metadata.name==\"b\")].spec.weight}", "90")]
    [InlineData("{.items[?(@.metadata.name!='b')].spec.weight}", "10")]
    [InlineData("{.items[?(@.spec.weight > 10)].metadata.name}", "b")]
    [InlineData("{.items[?(@.spec.weight<=10)].metadata.name}", "a")]
    [InlineData("{.items[?(@.spec.tls==true)].metadata.name}", "a")]
    [InlineData("{.items[?(@.spec.ports[1])].metadata.name}", "a")]
    [InlineData("{range .items[*]}{.metadata.name}{\"\\t\"}{.spec.weight}{\"\\n\"}{end}", "a\t10\nb\t90\n")]
    [InlineData("{range .items[*]}{range .spec.ports[*]}{@}{','}{end}{';'}{end}", "80,443,;9080,;")]
    [InlineData("{range .items[*]}{$.kind}/{.metadata.name} {end}", "List/a List/b ")]
    [InlineData("names: {.items[*].metadata.name}.", "names: a b.")]
    [InlineData("{.nothing.here}", "")]
    [InlineData("{.kind}{\"\\x20\"}{.kind}", "List List")]
    [InlineData("{$.kind}", "List")]
    [InlineData(".kind", "List")]
    [InlineData("kind", "List")]
    public void JsonPath_OfADocument_IsWhatKubectlPrints(string template, string expected) =>
        Assert.Equal(expected, JsonPathTemplate.Parse(template).Render(JsonNode.Parse(Document)));

    [Theory]
    [InlineData("{.items[*}")]
    [InlineData("{range .items[*]}{.a}")]
    [InlineData("{.a}{end}")]
    [InlineData("{.items[?(@.a==]}")]
    [InlineData("{\"open}")]
    [InlineData("{.a")]
    [InlineData("{.a\\")]
    [InlineData("{.a ! b}")]
    public void JsonPath_ThatIsNone_IsRefused(string template) => Assert.Throws<FormatException>(() => JsonPathTemplate.Parse(template));

    [Theory]
    [InlineData("json", OutputFormat.Json)]
    [InlineData("WIDE", OutputFormat.Wide)]
    [InlineData("ndjson", OutputFormat.Ndjson)]
    [InlineData("jsonpath={.a}", OutputFormat.JsonPath)]
    [InlineData("custom-columns=NAME:.metadata.name", OutputFormat.CustomColumns)]
    public void Parse_KnownForm_IsIt(string text, object expected) => Assert.Equal(expected, OutputChoice.Parse(text).Format);

    [Theory]
    [InlineData("xml")]
    [InlineData("3")]
    [InlineData("json=x")]
    [InlineData("jsonpath")]
    [InlineData("jsonpath=")]
    [InlineData("custom-columns=.metadata.name")]
    public void Parse_OtherText_IsRefused(string text) => Assert.Throws<FormatException>(() => OutputChoice.Parse(text));
}
