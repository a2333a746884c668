using System.Text.Json;
using Mesh.Config.Objects.Selectors;

namespace Mesh.Config.Tests.Objects;

public sealed class SelectorTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["app"] = "reviews", ["version"] = "v2", ["empty"] = "", ["n"] = "7", ["x.io/y"] = "z" };

    [Theory]
    [InlineData("", true)]
    [InlineData("  ", true)]
    [InlineData("app", true)]
    [InlineData("!app", false)]
    [InlineData("! none", true)]
    [InlineData("none", false)]
    [InlineData("app=reviews", true)]
    [InlineData("app==reviews", true)]
    [InlineData(" app = reviews , version=v2", true)]
    [InlineData("app=reviews,version=v1", false)]
    [InlineData("app!=reviews", false)]
    [InlineData("none!=reviews", true)]
    [InlineData("version in (v1,v2)", true)]
    [InlineData("version in (v1, v3)", false)]
    [InlineData("version in(v2)", true)]
    [InlineData("version notin (v1, v3)", true)]
    [InlineData("version notin (v2)", false)]
    [InlineData("none notin (v2)", true)]
    [InlineData("none in (v2)", false)]
    [InlineData("empty=", true)]
    [InlineData("empty in ()", true)]
    [InlineData("none=", false)]
    [InlineData("x.io/y=z", true)]
    [InlineData("n>6,n<8", true)]
    [InlineData("n>7", false)]
    [InlineData("app>7", false)]
    [InlineData("in=x", false)]
    public void Matches_OfLabels_FollowsTheRequirements(string text, bool expected) =>
        Assert.Equal(expected, LabelSelector.Parse(text).Matches(Labels));

    [Theory]
    [InlineData(",")]
    [InlineData("app,")]
    [InlineData("=x")]
    [InlineData("app in")]
    [InlineData("app in (a")]
    [InlineData("app in a")]
    [InlineData("app near (a)")]
    [InlineData("app=a b")]
    [InlineData("!app=a")]
    [InlineData("app=-a")]
    [InlineData("UPPER.io/x=a/b")]
    [InlineData("x=y=z")]
    [InlineData("-x")]
    [InlineData("a_b.io/x")]
    [InlineData("n>a")]
    [InlineData("x=0123456789012345678901234567890123456789012345678901234567890123")]
    public void Parse_TextThatIsNoLabelSelector_IsRefused(string text) =>
        Assert.Throws<SelectorException>(() => LabelSelector.Parse(text));

    [Theory]
    [InlineData("", true)]
    [InlineData("metadata.name=reviews", true)]
    [InlineData("metadata.name==reviews,", true)]
    [InlineData("metadata.name!=reviews", false)]
    [InlineData("metadata.name=reviews,status.phase!=Running", true)]
    [InlineData("metadata.namespace=", true)]
    [InlineData("spec.text=a\\,b\\=c\\\\d", true)]
    [InlineData("spec.number=7", true)]
    [InlineData("spec.none.deeper=x", false)]
    public void Matches_OfFields_FollowsTheRequirements(string text, bool expected)
    {
        using var document = JsonDocument.Parse("""{"metadata":{"name":"reviews"},"spec":{"text":"a,b=c\\d","number":7}}""");
        Assert.Equal(expected, FieldSelector.Parse(text).Matches(document.RootElement));
    }

    [Theory]
    [InlineData("metadata.name")]
    [InlineData("a=b=c")]
    [InlineData("a=b\\c")]
    [InlineData("a=b\\")]
    public void Parse_TextThatIsNoFieldSelector_IsRefused(string text) =>
        Assert.Throws<SelectorException>(() => FieldSelector.Parse(text));

    [Fact]
    public void Limit_FieldThatIsNotSelectable_IsRefused()
    {
        var selector = FieldSelector.Parse("metadata.name=x,spec.type=NodePort");
        Assert.Same(selector, selector.Limit(SelectableFields.Of("", "Service", namespaced: true)));
        var error = Assert.Throws<SelectorException>(() => selector.Limit(SelectableFields.Of("networking.istio.io", "VirtualService", namespaced: true)));
        Assert.Contains("spec.type", error.Message, StringComparison.Ordinal);
        Assert.Equal("x", selector.Required("metadata.name"));
    }

    [Fact]
    public void Parse_RandomText_EitherParsesOrIsRefused()
    {
        const string Letters = "ab=!,()<> in\\.-/";
        var random = new Random(5);
        for (var round = 0; round < 20_000; round++)
        {
            var text = new string(random.GetItems<char>(Letters, random.Next(12)));
            try
            {
                LabelSelector.Parse(text).Matches(Labels);
            }
            catch (SelectorException)
            {
            }

            try
            {
                FieldSelector.Parse(text);
            }
            catch (SelectorException)
            {
            }
        }
    }
}
