using FsCheck;
using FsCheck.Fluent;
using Mesh.Config.Admission;
using Mesh.Testing;

namespace Mesh.Config.Tests.Admission;

public sealed class ResourceReaderTests
{
    /// <summary>Pieces that make texts look like manifests, so that random ones get far.</summary>
    private static readonly string[] Pieces =
    [
        "apiVersion: networking.istio.io/v1\n", "kind: VirtualService\n", "metadata:\n  name: a\n", "spec:\n", "  hosts:\n", "  - a\n", "  http:\n",
        "  - route:\n", "    - destination:\n        host: b\n", "    timeout: ", "1s", "5\n", "---\n", "- ", "  ", "\n", ": ", "{", "}", "[", "]", ",",
        "\"", "'", "&a ", "*a", "!!str ", "! ", "<<: ", "? ", "| ", "> ", "#", "%", "@", "`", "\t", "\r\n", "\u0085", "\\u", "~", "0x", "-.inf", "1e999",
        "null", "true", "kind: List\nitems:\n", "apiVersion: v1\n", "kind: Service\n", "ports: ", "99999999999999999999999999999999",
    ];

    [Fact]
    public void Read_AnyText_NeverThrows()
    {
        var text = Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces));
        var property = Prop.ForAll(text.ToArbitrary(), static yaml =>
        {
            var read = new ResourceReader().Read(yaml, "random.yaml");
            return read.Documents.All(document => !document.Rejected || document.Resource is null);
        });

        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(60), property);
    }

    [Fact]
    public void Read_BrokenDocumentAmongGoodOnes_LeavesThemReadable()
    {
        var read = Manifest.Read(Manifest.Route("a") + "---\nkind: [\n---\n" + Manifest.Route("b"));

        Assert.Equal(["a", "b"], read.Resources.Select(resource => resource.Id.Name));
        var error = Assert.Single(read.Errors);
        Assert.StartsWith("not readable as YAML", error.Message, StringComparison.Ordinal);
        Assert.True(error.Origin!.Line >= 11, error.ToString());
    }

    [Fact]
    public void Read_List_IsUnrolled()
    {
        var read = Manifest.Read("apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: a}}\n- {apiVersion: v1, kind: Secret, metadata: {name: b}}\n");

        Assert.Equal(["a", "b"], read.Resources.Select(resource => resource.Id.Name));
    }

    [Fact]
    public void Read_Json_IsRead()
    {
        var read = Manifest.Read("""{"apiVersion":"networking.istio.io/v1","kind":"ServiceEntry","metadata":{"name":"a"},"spec":{"hosts":["a.example.com"],"ports":[{"number":80,"name":"http","protocol":"HTTP"}]}}""");

        Assert.Empty(read.Errors);
        Assert.Single(read.Resources);
    }

    [Fact]
    public void Read_FloodOfErrors_IsBounded()
    {
        var spec = "hosts: [" + string.Join(", ", Enumerable.Repeat("7", 5000)) + "]";

        Assert.Equal(FindingCollector.Limit + 1, Manifest.Errors(Manifest.VirtualService("a", spec)).Length);
    }
}
