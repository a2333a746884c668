using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Mesh.Config.Yaml;
using Mesh.Config.Yaml.Editing;

namespace Mesh.Config.Tests.Yaml;

public sealed class YamlEditTests
{
    private const string Text = """
        # Head of the file.

        # What reviews are.
        kind: Route
        metadata:
          name: reviews # the name
          labels: {app: reviews}
        spec:
          # Who is sent where.
          hosts:
          - reviews
          # the public name
          - reviews.example.com # since May
          http:
          - name: first   # for jason
            match:
            - headers: {end-user: {exact: jason}}
            route:
            - destination:
                host: v2
              weight: 90 # canary
          # everybody else
          - name: second
            timeout: 10s
        # End of reviews.
        ---
        kind: Other # untouched
        """;

    [Theory]
    [InlineData("spec.http[0].route[0].weight", "80", "      weight: 90 # canary", "      weight: 80 # canary")]
    [InlineData("metadata.name", "\"r\"", "  name: reviews # the name", "  name: r # the name")]
    [InlineData("spec.http[1].timeout", "\"1s\"", "    timeout: 10s", "    timeout: 1s")]
    [InlineData("spec.http[0].name", "\"x\"", "  - name: first   # for jason", "  - name: x   # for jason")]
    [InlineData("spec.hosts[1]", "\"other\"", "  - reviews.example.com # since May", "  - other # since May")]
    [InlineData("metadata.labels", """{"app":"x","v":"1"}""", "  labels: {app: reviews}", "  labels:\n    app: x\n    v: '1'")]
    [InlineData("spec.http[1].retries", """{"attempts":3}""", "    timeout: 10s", "    timeout: 10s\n    retries:\n      attempts: 3")]
    [InlineData("spec.http[1].timeout", "null", "    timeout: 10s", "    timeout: null")]
    public void Replace_OneField_ChangesItsLineAlone(string path, string value, string before, string after) =>
        Assert.Equal(Text.Replace(before, after, StringComparison.Ordinal), Change(root => Set(root, path, JsonNode.Parse(value))));

    [Fact]
    public void Replace_ItemsOfALists_ComeAndGoBetweenThoseThatStay()
    {
        Assert.Equal(
            Text.Replace("  - reviews\n", "  - reviews\n  - new\n", StringComparison.Ordinal),
            Change(root => ((JsonArray)root["spec"]!["hosts"]!).Insert(1, "new")));
        Assert.Equal(
            Text.Replace("  - reviews.example.com # since May\n", "", StringComparison.Ordinal),
            Change(root => ((JsonArray)root["spec"]!["hosts"]!).RemoveAt(1)));
        Assert.Equal(
            Text.Replace("    timeout: 10s\n", "    timeout: 10s\n  - name: third\n", StringComparison.Ordinal),
            Change(root => ((JsonArray)root["spec"]!["http"]!).Add(new JsonObject { ["name"] = "third" })));
    }

    [Fact]
    public void Replace_FieldThatIsGone_TakesItsLines() => Assert.Equal(
        Text.Replace("    match:\n    - headers: {end-user: {exact: jason}}\n", "", StringComparison.Ordinal),
        Change(root => ((JsonObject)root["spec"]!["http"]![0]!).Remove("match")));

    [Fact]
    public void Replace_ObjectWithAnchors_IsWrittenAnewAndMeansTheSame()
    {
        const string Anchors = "a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2\n# end\n";
        var edit = new YamlEdit(Anchors, isJson: false, YamlLimits.Default);

        var text = edit.Replace(edit.Places[0], Parse("""{"a":{"b":2},"c":{"b":1},"d":{"b":1,"e":3}}"""))!;

        Assert.EndsWith("# end\n", text, StringComparison.Ordinal);
        Assert.True(JsonElement.DeepEquals(Parse("""{"a":{"b":2},"c":{"b":1},"d":{"b":1,"e":3}}"""), Read(text)));
    }

    [Fact]
    public void Replace_WindowsLinesAndMark_StayAsTheyAre()
    {
        var edit = new YamlEdit("\uFEFFa: 1\r\nb: 2 # two\r\n", isJson: false, YamlLimits.Default);

        Assert.Equal("\uFEFFa: 1\r\nb: 3 # two\r\nc:\r\n- 1\r\n", edit.Replace(edit.Places[0], Parse("""{"a":1,"b":3,"c":[1]}""")));
    }

    [Fact]
    public void Replace_AnyValueByAnyOther_IsWhatIsReadThen()
    {
        var scalar = Gen.Elements("1", "true", "\"x\"", "\"a # b\"", "\"l1\\nl2\\n\"", "null", "{}", "[]", "\"\"");
        var value = Gen.Sized(size => Value(Math.Min(size, 3)));
        Prop.ForAll(value.Two().ToArbitrary(), pair =>
        {
            var (first, second) = (Parse($$"""{"k":{{pair.Item1}},"z":1}"""), Parse($$"""{"k":{{pair.Item2}},"z":2}"""));
            var text = "# head\n" + YamlBlocks.Write(first).Replace("\nz: 1", "\n# z\nz: 1 # end", StringComparison.Ordinal) + "---\nother: 1 # stays\n";
            var edit = new YamlEdit(text, isJson: false, YamlLimits.Default);
            var changed = edit.Replace(edit.Places[0], second)!;
            return JsonElement.DeepEquals(second, Read(changed)) && changed.StartsWith("# head\n", StringComparison.Ordinal) && changed.EndsWith("# z\nz: 2 # end\n---\nother: 1 # stays\n", StringComparison.Ordinal);
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(1_000).WithReplay(20261121, 5));

        Gen<string> Value(int depth) => depth == 0
            ? scalar
            : Gen.OneOf(
                scalar,
                Value(depth - 1).ListOf(3).Select(items => $"[{string.Join(',', items)}]"),
                Value(depth - 1).ListOf(3).Select(items => "{" + string.Join(',', items.Select((item, index) => $"\"k{index}\":{item}")) + "}"));
    }

    private static string? Change(Action<JsonObject> change)
    {
        var edit = new YamlEdit(Text, isJson: false, YamlLimits.Default);
        var root = JsonNode.Parse(YamlJson.ToJson(edit.Places[0].Node).GetRawText())!.AsObject();
        change(root);
        return edit.Replace(edit.Places[0], Parse(root.ToJsonString()));
    }

    private static void Set(JsonObject root, string path, JsonNode? value)
    {
        JsonNode place = root;
        var parts = path.Replace("[", ".[", StringComparison.Ordinal).Split('.');
        foreach (var part in parts[..^1])
        {
            place = part[0] == '[' ? place[int.Parse(part.Trim('[', ']'), System.Globalization.CultureInfo.InvariantCulture)]! : place[part]!;
        }

        if (parts[^1][0] == '[')
        {
            place[int.Parse(parts[^1].Trim('[', ']'), System.Globalization.CultureInfo.InvariantCulture)] = value;
        }
        else
        {
            place[parts[^1]] = value;
        }
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private static JsonElement Read(string yaml) => YamlJson.ToJson(YamlTreeReader.Read(YamlDocuments.Split(yaml, YamlLimits.Default)[0], YamlLimits.Default)!);
}
